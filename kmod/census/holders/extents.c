// SPDX-License-Identifier: GPL-2.0
/*
 * Extents. See extents.h.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/vmalloc.h>

#include "census/holders/extents.h"
#include "tables/table_alloc.h"

int gm_extents_init(struct gm_extents *e, u32 room)
{
	memset(e, 0, sizeof(*e));
	e->room = min(room, GM_EXTENTS_MAX);
	e->extent = gm_arm_vzalloc(array_size(e->room, sizeof(*e->extent)));
	return e->extent ? 0 : -ENOMEM;
}

void gm_extents_destroy(struct gm_extents *e)
{
	vfree(e->extent);
	e->extent = NULL;
}

void gm_extents_add(struct gm_extents *e, unsigned long start, unsigned long end)
{
	struct gm_extent *last = e->nr ? &e->extent[e->nr - 1] : NULL;

	if (last && last->end == start) {
		last->end = end;
		return;
	}
	if (e->nr == e->room) {
		e->overflown = true;
		return;
	}
	e->extent[e->nr].start = start;
	e->extent[e->nr++].end = end;
}

u32 gm_extents_find(struct gm_extents *e, unsigned long address)
{
	u32 low = 0, high = e->nr, middle;

	/* References to an extent tend to come together. */
	if (e->last < e->nr && address >= e->extent[e->last].start &&
	    address < e->extent[e->last].end)
		return e->last;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (address >= e->extent[middle].end)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == e->nr || address < e->extent[low].start)
		return GM_NO_EXTENT;
	e->last = low;
	return low;
}
