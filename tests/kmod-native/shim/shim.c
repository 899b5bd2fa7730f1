// SPDX-License-Identifier: GPL-2.0
/*
 * The shim's state. See shim.h.
 */
#include "shim.h"

#include <errno.h>
#include <linux/compiler.h>
#include <linux/memory.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__thread unsigned int shim_cpu;
#ifdef SHIM_POINTS
__thread void (*shim_at_point)(void);
#endif

#define RANGES_MAX 8

struct range {
    unsigned long start;
    unsigned long end;
    unsigned long present;
};

static struct {
    struct range node[SHIM_NODES];
    struct range online[RANGES_MAX];
    unsigned int online_ranges;
    struct notifier_block* listener;
    unsigned int attempts;
    unsigned int io_attempts;
    unsigned int fail_at;
    unsigned int warnings;
    unsigned int grace_periods;
} state;

static long blocks;
static long bytes;

void shim_reset(void) {
    memset(&state, 0, sizeof(state));
}

struct shim_memory shim_memory(void) {
    return (struct shim_memory){READ_ONCE(blocks), READ_ONCE(bytes)};
}

/* Memory */

void shim_fail(unsigned int nth) {
    state.attempts = 0;
    state.io_attempts = 0;
    state.fail_at = nth;
}

unsigned int shim_attempts(void) {
    return state.attempts;
}

unsigned int shim_io_attempts(void) {
    return state.io_attempts;
}

static __thread bool noio;

unsigned int memalloc_noio_save(void) {
    const bool before = noio;

    noio = true;
    return before;
}

void memalloc_noio_restore(unsigned int flags) {
    noio = flags;
}

static bool fails(void) {
    if (!noio)
        __atomic_add_fetch(&state.io_attempts, 1, __ATOMIC_RELAXED);
    return __atomic_add_fetch(&state.attempts, 1, __ATOMIC_RELAXED) == READ_ONCE(state.fail_at);
}

/*
 * The block from the C library begins a cache line earlier, and that line holds the size. No more
 * than the needed size is allocated, so that a sanitizer detects accesses beyond the end.
 */
#define HEAD 64

void* __vmalloc(size_t size, gfp_t gfp) {
    char* memory = NULL;

    if (fails() || posix_memalign((void**)&memory, HEAD, HEAD + size))
        return NULL;
    memcpy(memory, &size, sizeof(size));
    /* Poison the memory: without __GFP_ZERO, nobody may rely on zeroes. */
    memset(memory + HEAD, gfp & __GFP_ZERO ? 0 : 0xa5, size);
    __atomic_add_fetch(&blocks, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&bytes, (long)size, __ATOMIC_RELAXED);
    return memory + HEAD;
}

void vfree(const void* memory) {
    size_t size;
    char* head;

    if (!memory)
        return;
    head = (char*)memory - HEAD;
    memcpy(&size, head, sizeof(size));
    __atomic_sub_fetch(&blocks, 1, __ATOMIC_RELAXED);
    __atomic_sub_fetch(&bytes, (long)size, __ATOMIC_RELAXED);
    free(head);
}

void sort(void* base, size_t nr, size_t size, int (*cmp)(const void*, const void*), void* swap) {
    if (nr)
        qsort(base, nr, size, cmp);
}

void* shim_alloc_percpu(size_t size) {
    void* area;

    if (size > SHIM_CPU_BYTES)
        abort();
    if (fails())
        return NULL;
    area = calloc(SHIM_CPUS, SHIM_CPU_BYTES);
    if (area)
        __atomic_add_fetch(&blocks, 1, __ATOMIC_RELAXED);
    return area;
}

void free_percpu(void* area) {
    if (!area)
        return;
    __atomic_sub_fetch(&blocks, 1, __ATOMIC_RELAXED);
    free(area);
}

/* Nodes and hot-plug */

void shim_node(int nid, unsigned long start, unsigned long end, unsigned long present) {
    state.node[nid] = (struct range){start, end, present};
}

void shim_online(unsigned long start, unsigned long end) {
    if (state.online_ranges == RANGES_MAX)
        abort();
    state.online[state.online_ranges++] = (struct range){start, end, end - start};
}

unsigned long node_start_pfn(int nid) {
    return state.node[nid].start;
}
unsigned long node_end_pfn(int nid) {
    return state.node[nid].end;
}
unsigned long node_present_pages(int nid) {
    return state.node[nid].present;
}

struct page* pfn_to_online_page(unsigned long pfn) {
    unsigned int i;

    for (i = 0; i < state.online_ranges; i++) {
        if (pfn >= state.online[i].start && pfn < state.online[i].end)
            return (struct page*)&state.online[i];
    }
    return NULL;
}

int register_memory_notifier(struct notifier_block* nb) {
    if (fails())
        return -ENOMEM;
    if (state.listener)
        abort();
    state.listener = nb;
    return 0;
}

void unregister_memory_notifier(struct notifier_block* nb) {
    if (state.listener == nb)
        state.listener = NULL;
}

int shim_memory_notify(unsigned long action, unsigned long start, unsigned long nr) {
    struct memory_notify what = {.start_pfn = start, .nr_pages = nr};

    return state.listener ? state.listener->notifier_call(state.listener, action, &what) : -1;
}

/* Locks */

void mutex_init(struct mutex* lock) {
    pthread_mutex_init(&lock->held, NULL);
    lock->owner = NULL;
}

void mutex_lock(struct mutex* lock) {
    shim_point();
    /* Abort instead of deadlocking. */
    if (mutex_is_mine(lock))
        abort();
    pthread_mutex_lock(&lock->held);
    WRITE_ONCE(lock->owner, &shim_cpu);
}

void mutex_unlock(struct mutex* lock) {
    lockdep_assert_held(lock);
    WRITE_ONCE(lock->owner, NULL);
    pthread_mutex_unlock(&lock->held);
}

bool mutex_is_mine(const struct mutex* lock) {
    return READ_ONCE(lock->owner) == &shim_cpu;
}

void lockdep_assert_held(const struct mutex* lock) {
    if (!mutex_is_mine(lock)) {
        fprintf(stderr, "shim: a lock is not held that should be\n");
        abort();
    }
}

/*
 * RCU is emulated by a lock that hooks take shared. As in the kernel, it does not order hooks among
 * each other, and a waiter does not have to wait for hooks that start later.
 */
static pthread_rwlock_t hooks;

__attribute__((constructor)) static void init_hooks(void) {
    pthread_rwlockattr_t attr;

    pthread_rwlockattr_init(&attr);
    pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&hooks, &attr);
}

void shim_hook_enter(void) {
    pthread_rwlock_rdlock(&hooks);
}
void shim_hook_leave(void) {
    pthread_rwlock_unlock(&hooks);
}

void synchronize_rcu(void) {
    __atomic_add_fetch(&state.grace_periods, 1, __ATOMIC_RELAXED);
    pthread_rwlock_wrlock(&hooks);
    pthread_rwlock_unlock(&hooks);
}

unsigned int shim_grace_periods(void) {
    return READ_ONCE(state.grace_periods);
}

/* Messages */

void pr_warn(const char* format, ...) {
    (void)format;
    __atomic_add_fetch(&state.warnings, 1, __ATOMIC_RELAXED);
}

bool shim_warn(bool condition, const char* text) {
    if (condition)
        pr_warn("%s", text);
    return condition;
}

unsigned int shim_warnings(void) {
    return READ_ONCE(state.warnings);
}
