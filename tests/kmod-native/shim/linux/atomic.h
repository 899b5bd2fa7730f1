/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_ATOMIC_H
#define SHIM_LINUX_ATOMIC_H

#include <linux/compiler.h>

/*
 * Ordering is as in the kernel: read-modify-write operations that return a value are fully ordered,
 * those that return none are not ordered.
 */
#define smp_load_acquire(p) (shim_point(), __atomic_load_n((p), __ATOMIC_ACQUIRE))
#define smp_store_release(p, val) (shim_point(), __atomic_store_n((p), (val), __ATOMIC_RELEASE))
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xchg(p, val) (shim_point(), __atomic_exchange_n((p), (val), __ATOMIC_SEQ_CST))
/*
 * In the kernel, a failed cmpxchg() only orders accesses that depend on the value returned. The
 * closest memory order in C, acquire, is stronger.
 */
#define cmpxchg(p, old, val)                                                                       \
    ({                                                                                             \
        __typeof__(*(p)) shim_old = (old);                                                         \
        shim_point();                                                                              \
        __atomic_compare_exchange_n((p), &shim_old, (val), false, __ATOMIC_SEQ_CST,                \
                                    __ATOMIC_ACQUIRE);                                             \
        shim_old;                                                                                  \
    })

#define shim_read(v) __atomic_load_n(&(v)->counter, __ATOMIC_RELAXED)
#define shim_set(v, val) __atomic_store_n(&(v)->counter, (val), __ATOMIC_RELAXED)
#define shim_add(v, val) ((void)__atomic_fetch_add(&(v)->counter, (val), __ATOMIC_RELAXED))

static inline int atomic_read(const atomic_t* v) {
    return shim_read(v);
}
static inline void atomic_set(atomic_t* v, int val) {
    shim_set(v, val);
}
static inline int atomic_fetch_inc(atomic_t* v) {
    shim_point();
    return __atomic_fetch_add(&v->counter, 1, __ATOMIC_SEQ_CST);
}

static inline s64 atomic64_read(const atomic64_t* v) {
    shim_point();
    return shim_read(v);
}
static inline void atomic64_add(s64 val, atomic64_t* v) {
    shim_add(v, val);
}

static inline long atomic_long_read(const atomic_long_t* v) {
    return shim_read(v);
}
static inline void atomic_long_set(atomic_long_t* v, long val) {
    shim_set(v, val);
}
static inline void atomic_long_add(long val, atomic_long_t* v) {
    shim_add(v, val);
}
static inline void atomic_long_sub(long val, atomic_long_t* v) {
    shim_add(v, -val);
}

#endif
