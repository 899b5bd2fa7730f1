/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_COMPILER_H
#define SHIM_LINUX_COMPILER_H

#include <linux/types.h>

/*
 * Relaxed atomics instead of the kernel's volatile accesses: the sanitizers recognize them, and
 * report any other concurrent access as a race.
 */
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, val) __atomic_store_n(&(x), (val), __ATOMIC_RELAXED)

#define barrier() __asm__ __volatile__("" ::: "memory")
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define container_of(ptr, type, member) ((type*)((char*)(ptr)-offsetof(type, member)))

#ifndef __cplusplus
#define static_assert(expr) _Static_assert(expr, #expr)
#endif

/*
 * A point where other code may intervene: before each atomic operation and each lock, and where
 * the kernel may schedule. Tests simulate an interrupt or another CPU there.
 */
#ifdef SHIM_POINTS
extern __thread void (*shim_at_point)(void);
static inline void shim_point(void) {
    if (shim_at_point)
        shim_at_point();
}
#else
static inline void shim_point(void) {}
#endif

#endif
