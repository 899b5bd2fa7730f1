// SPDX-License-Identifier: GPL-2.0
/*
 * Records that pages are moved. See move.h; for contexts see recorder.c.
 */
#include "record/move.h"

void gm_move_record(struct gm_recorder *r, unsigned long old, unsigned long new, unsigned long nr)
{
	unsigned long i;

	if (!gm_fuse_is_on(&r->fuse))
		return;
	this_cpu_inc(r->counters->events[GM_EVENT_MOVE]);
	for (i = 0; i < nr; i++) {
		gm_record_t *from = gm_page_map_slot(&r->map, old + i);
		gm_record_t *to = gm_page_map_slot(&r->map, new + i);
		gm_record_t rec = from && to ? gm_slot_replace(from, 0) : 0;

		if (unlikely(!to))
			this_cpu_inc(r->counters->lost[GM_LOST_NO_LEAF]);
		/* One move may pass through both watched functions: the second finds no record. */
		if (!rec)
			continue;
		rec = gm_slot_replace(to, rec);
		/* The new page was recorded when it was allocated as the target of this move. */
		if (rec)
			gm_recorder_freed(r, gm_record_site(rec), 1);
		if (r->sampled) {
			gm_sampler_mark(&r->sampler, new + i, 1);
			gm_sampler_unmark(&r->sampler, old + i, 1);
		}
	}
}
