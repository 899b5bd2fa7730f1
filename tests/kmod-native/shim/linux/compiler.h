/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_COMPILER_H
#define SHIM_LINUX_COMPILER_H

#include <linux/types.h>

/*
 * Relaxed atomics rather than the kernel's volatile: the sanitizers know them for what they are,
 * and whatever else is touched by two threads is a race.
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
 * Where something else may come in between: before each atomic operation and each lock, and where
 * the kernel may schedule. A test has an interrupt, or another CPU, strike there.
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
