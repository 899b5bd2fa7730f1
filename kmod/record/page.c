// SPDX-License-Identifier: GPL-2.0
/*
 * Slow paths of single pages and of blocks. See page.h; for contexts see recorder.c.
 */
#include "record/page.h"

void gm_page_alloc_block(struct gm_recorder *r, gm_record_t *slot, unsigned int order,
			 gm_record_t rec)
{
	/* Counted first, so that no reader sees a free before its allocation. */
	gm_site_alloc(&r->origins.sites, gm_record_site(rec), 1UL << order);
	gm_slots_replace(slot, 1UL << order, rec, gm_recorder_stale, r);
}

void gm_page_free_block(struct gm_recorder *r, unsigned long pfn, unsigned int order)
{
	long unknown;

	gm_recorder_settle(r, pfn, 1UL << order);
	unknown = gm_page_map_swap(&r->map, pfn, 1UL << order, 0, gm_recorder_freed, r);
	if (unknown > 0)
		this_cpu_add(r->counters->unknown, unknown);
}

void gm_page_free_pending(struct gm_recorder *r, unsigned long pfn)
{
	gm_record_t old;

	gm_recorder_settle(r, pfn, 1);
	old = gm_page_map_get(&r->map, pfn);
	if (old && gm_page_map_swap(&r->map, pfn, 1, 0, gm_recorder_freed, r) == 0)
		return;
	this_cpu_inc(r->counters->unknown);
}
