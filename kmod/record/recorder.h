/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The recorder: the page map, the sites, the sampler and the counters that record the
 * allocations and frees of pages. What each kind of event does to them is in page.h, sampled.h,
 * bulk.h, contig.h and move.h. The recorder knows nothing of the hooks that call those.
 */
#ifndef GHOSTMEM_RECORD_RECORDER_H
#define GHOSTMEM_RECORD_RECORDER_H

#include <linux/gfp.h>
#include <linux/jiffies.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "record/fuse.h"
#include "record/origins.h"
#include "record/pending.h"
#include "tables/counters.h"
#include "tables/page_map.h"
#include "tables/sampler.h"

/**
 * struct gm_recorder - an instance
 * @map:	records by page
 * @origins:	sites by stack
 * @sampler:	selects which allocations are recorded, if not all are
 * @counters:	per-CPU counts
 * @pending:	ranges whose records are not written yet
 * @fuse:	on while events are recorded; turned off before anything is torn down
 * @sampled:	only a sample of the allocations is recorded; changed while no hook is attached
 * @epoch:	the jiffy at which the clock shows 0
 */
struct gm_recorder {
	struct gm_page_map map;
	struct gm_origins origins;
	struct gm_sampler sampler;
	struct gm_counters __percpu *counters;
	struct gm_pending pending;
	struct gm_fuse fuse;
	bool sampled;
	unsigned long epoch;
};

/*
 * Covers the memory that is online; records nothing yet. Sleeps. Returns 0, or -ENOMEM, also
 * where it would take more than half of the available memory.
 */
int gm_recorder_init(struct gm_recorder *r, u32 max_sites);

/* The hooks have been detached and waited for. */
void gm_recorder_destroy(struct gm_recorder *r);

/* Stops recording, and returns when no hook is recording any more. Sleeps. */
void gm_recorder_stop(struct gm_recorder *r);

/* Forgets all records. Only while stopped, and while nobody reads. Sleeps. */
void gm_recorder_clear(struct gm_recorder *r);

/*
 * Sets the clock to 1 and records what the calling task allocates: every allocation, even if
 * the recorder samples. The recorder is clear.
 */
void gm_recorder_prove(struct gm_recorder *r);

/*
 * Records what everybody allocates; sets the clock to 1 if it does not run yet. A recorder that
 * samples takes every allocation until gm_recorder_sample_at() has set the sampling level, which
 * one caller at a time may do. Both sleep.
 */
void gm_recorder_start(struct gm_recorder *r);
void gm_recorder_sample_at(struct gm_recorder *r, u32 level);

/*
 * The functions below are called by events: in any context, with preemption off from the first
 * read of the fuse to the last access. See recorder.c.
 */

/* Blows the fuse: a record names a site that does not exist. */
void gm_recorder_break_site(struct gm_recorder *r);

/* Counts @pages pages of @site that were reallocated while still recorded. @ctx: the recorder. */
void gm_recorder_stale(void *ctx, u32 site, unsigned long pages);

/* Counts @pages pages of @site as freed. @ctx: the recorder. */
static __always_inline void gm_recorder_freed(void *ctx, u32 site, unsigned long pages)
{
	struct gm_recorder *r = ctx;

	if (unlikely(!gm_sites_valid(&r->origins.sites, site)))
		gm_recorder_break_site(r);
	else
		gm_site_free(&r->origins.sites, site, pages);
}

/*
 * Seconds since gm_recorder_start(), plus 1; stands still while the host is suspended. Counted in
 * jiffies: reading the time itself costs more than all the rest of an event, and is not allowed in
 * the last steps of a suspend, where pages are still allocated. Any context.
 */
static __always_inline u64 gm_recorder_clock(const struct gm_recorder *r)
{
	return (jiffies - r->epoch) / HZ;
}

/* Returns the record of a page that the current context allocates now under @site. */
static __always_inline gm_record_t gm_recorder_record(const struct gm_recorder *r, u32 site)
{
	return gm_record(site, in_task() ? task_pid_nr(current) : 0, gm_recorder_clock(r));
}

/*
 * Whether @gfp is that of pages of processes and of the page cache, which every other tool accounts
 * for: these are movable and obey cpusets. Pages that are movable but do not obey cpusets belong to
 * a driver (zsmalloc, which zram and zswap use). If there is a cpuset, the allocator makes all
 * requests obey it. Then the requests of zsmalloc differ from those of users in that they never
 * start I/O, because swapping out depends on them, and never ask for folios.
 */
static __always_inline bool gm_recorder_ignores(gfp_t gfp)
{
	const gfp_t users = __GFP_MOVABLE | __GFP_HARDWALL;

	return (gfp & users) == users && (gfp & (__GFP_IO | __GFP_COMP));
}

/* What is kept of the gfp flags of a block. */
static __always_inline u16 gm_block_flags(gfp_t gfp)
{
	return gfp & __GFP_RECLAIMABLE ? GHOSTMEM_SITE_F_RECLAIMABLE : 0;
}

/* Returns when the records of the @nr page frames from @pfn on have been written. */
static inline void gm_recorder_settle(struct gm_recorder *r, unsigned long pfn, unsigned long nr)
{
	gm_pending_settle(&r->pending, pfn, nr);
}

#endif /* GHOSTMEM_RECORD_RECORDER_H */
