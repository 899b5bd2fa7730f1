/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a hook does on an event: the recorder's fast part, all of which is inlined into the
 * probe, for a call that saves and restores six registers is a twentieth of the price.
 *
 * Any context, preemptible or not. See recorder.c for what holds in here.
 */
#ifndef GHOSTMEM_RECORD_EVENT_H
#define GHOSTMEM_RECORD_EVENT_H

#include <linux/jiffies.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "record/recorder.h"

/* A record names a site that there is not. */
void gm_recorder_break_site(struct gm_recorder *r);

/* What more than a single page takes: count and records, of which @slot is the first; its free. */
void gm_recorder_block(struct gm_recorder *r, gm_record_t *slot, unsigned int order,
		       gm_record_t rec);
void gm_recorder_free_block(struct gm_recorder *r, unsigned long pfn, unsigned int order);

/* A free of a page that has no record, or not yet. */
void gm_recorder_free_pending(struct gm_recorder *r, unsigned long pfn);

/* Of the range that a contiguous allocation is, see pending.h. */
void gm_recorder_write(void *ctx, unsigned long pfn, unsigned long nr, gm_record_t rec, u32 level);

/* What sampled events rarely do: an allocation and a free that may be a sample's. */
void gm_recorder_sample(struct gm_recorder *r, struct page *page, unsigned int order, s32 credit);
void gm_recorder_sample_free(struct gm_recorder *r, unsigned long pfn, unsigned int order);

/* Pages of @site were recorded still when they were allocated again. */
void gm_recorder_stale(void *ctx, u32 site, unsigned long pages);

static __always_inline void gm_event_freed(void *ctx, u32 site, unsigned long pages)
{
	struct gm_recorder *r = ctx;

	if (unlikely(!gm_sites_valid(&r->origins.sites, site)))
		gm_recorder_break_site(r);
	else
		gm_site_free(&r->origins.sites, site, pages);
}

static __always_inline u64 gm_event_clock(const struct gm_recorder *r)
{
	return (jiffies - r->epoch) / HZ;
}

static __always_inline gm_record_t gm_event_record(const struct gm_recorder *r, u32 site)
{
	return gm_record(site, in_task() ? task_pid_nr(current) : 0, gm_event_clock(r));
}

/*
 * Pages of processes and of the page cache, which every other tool accounts for:
 * they may be moved and obey cpusets. What may be moved and does not is a driver's
 * own (zsmalloc, and so zram and zswap). But where there is a cpuset, the allocator has all
 * requests obey it: then zsmalloc's are told by never starting I/O, for they are what
 * swapping out rests on, and by not being folios.
 */
static __always_inline bool gm_event_is_users(gfp_t gfp)
{
	const gfp_t users = __GFP_MOVABLE | __GFP_HARDWALL;

	return (gfp & users) == users && (gfp & (__GFP_IO | __GFP_COMP));
}

static __always_inline void __gm_event_alloc(struct gm_recorder *r, unsigned long pfn,
					     struct gm_block block, struct gm_caller caller)
{
	unsigned int order = block.order;
	struct gm_map_leaf *leaf = gm_page_map_leaf(&r->map, pfn);
	gm_record_t *slot, rec;
	u32 site;

	this_cpu_inc(r->counters->events[GM_EVENT_ALLOC]);
	if (unlikely(!leaf)) {
		this_cpu_inc(r->counters->lost[GM_LOST_NO_LEAF]);
		return;
	}
	site = gm_origins_site(&r->origins, caller, block);
	if (unlikely(!site))
		return;
	rec = gm_event_record(r, site);
	slot = gm_leaf_slot(leaf, pfn);
	if (unlikely(order)) {
		gm_recorder_block(r, slot, order, rec);
		return;
	}
	/* Counted first, so that no reader sees a free before its allocation. */
	gm_site_alloc(&r->origins.sites, site, 1);
	rec = gm_slot_replace(slot, rec);
	if (unlikely(rec))
		gm_recorder_stale(r, gm_record_site(rec), 1);
}

/* An allocation of 2^@order pages. @caller: the innermost frame of the stack to keep. */
static __always_inline void gm_event_alloc(struct gm_recorder *r, unsigned long pfn,
					   unsigned int order, gfp_t gfp,
					   struct gm_caller caller)
{
	if (gm_event_is_users(gfp))
		return;

	preempt_disable_notrace();
	if (likely(gm_fuse_admits(&r->fuse)))
		__gm_event_alloc(r, pfn, (struct gm_block){ .order = order }, caller);
	preempt_enable_notrace();
}

/*
 * The same where a few are recorded. Nothing but the countdown is touched for the others, so
 * that preemption may stay on. @page may be NULL, which is not worth a look before it is one.
 */
static __always_inline void gm_event_alloc_sampled(struct gm_recorder *r, struct page *page,
						   unsigned int order, gfp_t gfp)
{
	s32 credit;

	if (gm_event_is_users(gfp))
		return;
	credit = gm_sampler_count(&r->sampler, 1U << order);
	if (unlikely(credit >= 0))
		gm_recorder_sample(r, page, order, credit);
}

static __always_inline void __gm_event_free(struct gm_recorder *r, unsigned long pfn,
					    unsigned int order)
{
	struct gm_map_leaf *leaf = gm_page_map_leaf(&r->map, pfn);
	gm_record_t old;

	this_cpu_inc(r->counters->events[GM_EVENT_FREE]);
	if (unlikely(!leaf)) {
		this_cpu_inc(r->counters->lost[GM_LOST_NO_LEAF]);
		return;
	}
	if (unlikely(order)) {
		gm_recorder_free_block(r, pfn, order);
		return;
	}
	old = gm_slot_replace(gm_leaf_slot(leaf, pfn), 0);
	if (likely(old))
		gm_event_freed(r, gm_record_site(old), 1);
	else if (unlikely(gm_pending_any(&r->pending)))
		gm_recorder_free_pending(r, pfn);
	else
		this_cpu_inc(r->counters->unknown);
}

/* A free of 2^@order pages, which may be a part of a block, or never have been seen. */
static __always_inline void gm_event_free(struct gm_recorder *r, unsigned long pfn,
					  unsigned int order)
{
	preempt_disable_notrace();
	if (likely(gm_fuse_is_on(&r->fuse)))
		__gm_event_free(r, pfn, order);
	preempt_enable_notrace();
}

/* The bitmap is there as long as hooks are. */
static __always_inline void gm_event_free_sampled(struct gm_recorder *r, unsigned long pfn,
						  unsigned int order)
{
	if (unlikely(order) || unlikely(gm_sampler_may_have(&r->sampler, pfn)))
		gm_recorder_sample_free(r, pfn, order);
}

#endif /* GHOSTMEM_RECORD_EVENT_H */
