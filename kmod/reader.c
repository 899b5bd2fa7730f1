// SPDX-License-Identifier: GPL-2.0
/*
 * Reading. See reader.h, and tracker.h for the locks.
 */
#include "reader.h"

static bool gm_view_pages(struct gm_tracker *t, struct gm_view *view)
{
	struct gm_recorder *r = &t->recorder;

	view->generation = t->generation;
	if (!t->open || t->mode == GHOSTMEM_MODE_OFF)
		return false;
	view->sites = &r->origins.sites;
	view->symbols = &t->symbols;
	view->growth = &t->growth;
	view->clock = gm_recorder_clock(r);
	view->broken = READ_ONCE(r->fuse.blown);
	view->pages = &r->map;
	return true;
}

static bool gm_view_skbs(struct gm_skb_tracker *t, struct gm_view *view)
{
	struct gm_skbs *s = &t->skbs;

	view->generation = t->generation;
	if (!t->on)
		return false;
	view->sites = &s->origins.sites;
	view->symbols = &t->symbols;
	view->growth = &t->growth;
	view->clock = gm_skbs_clock(s);
	view->broken = READ_ONCE(s->fuse.blown);
	view->skbs = &s->map;
	view->devices = &t->devices;
	return true;
}

bool gm_tracker_read(struct gm_tracker *t, enum gm_records of, struct gm_view *view,
		     bool (*look)(void *ctx), void *ctx)
{
	bool result;

	memset(view, 0, sizeof(*view));
	down_read(&t->records);
	if (of == GM_RECORDS_PAGES)
		result = gm_view_pages(t, view);
	else
		result = gm_view_skbs(&t->skb, view);
	result = result && look(ctx);
	up_read(&t->records);
	return result;
}

s64 gm_tracker_page_age(struct gm_tracker *t, unsigned long pfn)
{
	s64 age = -1;

	down_read(&t->records);
	if (t->open && t->mode != GHOSTMEM_MODE_OFF) {
		gm_record_t rec = gm_page_map_get(&t->recorder.map, pfn);

		if (rec)
			age = gm_record_age(rec, gm_recorder_clock(&t->recorder));
	}
	up_read(&t->records);
	return age;
}
