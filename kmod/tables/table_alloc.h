/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory allocation while arming: memory is taken from what is free or cheaply reclaimed, and
 * arming fails rather than invoke the OOM killer, because a host that is short of memory, or of
 * contiguous memory, is just where ghostmem is needed.
 */
#ifndef GHOSTMEM_TABLES_TABLE_ALLOC_H
#define GHOSTMEM_TABLES_TABLE_ALLOC_H

#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define GM_GFP_ARM	(GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* The per-CPU allocator passes on only these flags. */
#define gm_arm_percpu(type) \
	alloc_percpu_gfp(type, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)

/* Allocates zeroed memory; NULL if there is not enough. */
static inline void *gm_arm_vzalloc(size_t size)
{
	return __vmalloc(size, GM_GFP_ARM | __GFP_ZERO);
}

#define GM_ZERO_SLICE	(256UL * 1024)

/* Zeroes a table, whose size is in proportion to the host's memory: reschedules in between. */
static inline void gm_arm_zero(void *memory, size_t size)
{
	size_t done;

	for (done = 0; size - done > GM_ZERO_SLICE; done += GM_ZERO_SLICE) {
		memset(memory + done, 0, GM_ZERO_SLICE);
		cond_resched();
	}
	memset(memory + done, 0, size - done);
}

#endif /* GHOSTMEM_TABLES_TABLE_ALLOC_H */
