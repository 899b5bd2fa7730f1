/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records the allocation and the free of 2^n pages, as the tracepoints report them. The fast path,
 * a single page, is inlined into the probe: a call that saves and restores six registers is a
 * twentieth of the cost of an event.
 *
 * Any context, preemptible or not. See recorder.c for what holds in here.
 */
#ifndef GHOSTMEM_RECORD_PAGE_H
#define GHOSTMEM_RECORD_PAGE_H

#include "record/recorder.h"

/* Slow path for blocks: counts one allocation and fills its records from @slot on. */
void gm_page_alloc_block(struct gm_recorder *r, gm_record_t *slot, unsigned int order,
			 gm_record_t rec);

/* Slow path for blocks: clears the records of the pages, and counts those that had one as freed. */
void gm_page_free_block(struct gm_recorder *r, unsigned long pfn, unsigned int order);

/* Handles the free of a page without a record while some ranges are still to be recorded. */
void gm_page_free_pending(struct gm_recorder *r, unsigned long pfn);

static __always_inline void __gm_page_alloc(struct gm_recorder *r, unsigned long pfn,
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
	rec = gm_recorder_record(r, site);
	slot = gm_leaf_slot(leaf, pfn);
	if (unlikely(order)) {
		gm_page_alloc_block(r, slot, order, rec);
		return;
	}
	/* Counted first, so that no reader sees a free before its allocation. */
	gm_site_alloc(&r->origins.sites, site, 1);
	rec = gm_slot_replace(slot, rec);
	if (unlikely(rec))
		gm_recorder_stale(r, gm_record_site(rec), 1);
}

/* Records an allocation of 2^@order pages. @caller: the innermost frame of the stack to keep. */
static __always_inline void gm_page_alloc(struct gm_recorder *r, unsigned long pfn,
					  unsigned int order, gfp_t gfp, struct gm_caller caller)
{
	if (gm_recorder_ignores(gfp))
		return;

	preempt_disable_notrace();
	if (likely(gm_fuse_admits(&r->fuse)))
		__gm_page_alloc(r, pfn,
				(struct gm_block){ .order = order, .flags = gm_block_flags(gfp) },
				caller);
	preempt_enable_notrace();
}

static __always_inline void __gm_page_free(struct gm_recorder *r, unsigned long pfn,
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
		gm_page_free_block(r, pfn, order);
		return;
	}
	old = gm_slot_replace(gm_leaf_slot(leaf, pfn), 0);
	if (likely(old))
		gm_recorder_freed(r, gm_record_site(old), 1);
	else if (unlikely(gm_pending_any(&r->pending)))
		gm_page_free_pending(r, pfn);
	else
		this_cpu_inc(r->counters->unknown);
}

/* Records a free of 2^@order pages. They may be part of a block, or may not have been recorded. */
static __always_inline void gm_page_free(struct gm_recorder *r, unsigned long pfn,
					 unsigned int order)
{
	preempt_disable_notrace();
	if (likely(gm_fuse_is_on(&r->fuse)))
		__gm_page_free(r, pfn, order);
	preempt_enable_notrace();
}

#endif /* GHOSTMEM_RECORD_PAGE_H */
