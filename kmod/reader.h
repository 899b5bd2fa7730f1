/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading what the tracker has recorded. A reader passes a function, which is called while nothing
 * that it sees can be forgotten; the reader itself takes none of the tracker's locks.
 */
#ifndef GHOSTMEM_READER_H
#define GHOSTMEM_READER_H

#include <linux/types.h>

#include "tracker.h"

enum gm_records {
	GM_RECORDS_PAGES,
	GM_RECORDS_SKBS,
};

/**
 * struct gm_view - what a reader sees
 * @sites:	the site table
 * @symbols:	frozen names of its frames
 * @growth:	trends of its sites
 * @generation:	changes when the records are forgotten
 * @clock:	the current time, on the clock of the records
 * @broken:	why recording has turned itself off, or NULL
 * @pages:	records of pages, or NULL
 * @skbs:	records of sk_buffs, or NULL
 * @devices:	network devices that the sk_buffs may belong to, or NULL
 */
struct gm_view {
	const struct gm_sites *sites;
	const struct gm_symbols *symbols;
	const struct gm_growth *growth;
	u32 generation;
	u64 clock;
	const char *broken;
	struct gm_page_map *pages;
	struct gm_skb_map *skbs;
	struct gm_devices *devices;
};

/*
 * Fills @view and calls @look, which must return within milliseconds and may keep nothing of @view
 * but plain values. Returns what @look returns. If nothing is recorded, @look is not called, only
 * the generation is set in @view, and false is returned. Sleeps.
 */
bool gm_tracker_read(struct gm_tracker *t, enum gm_records of, struct gm_view *view,
		     bool (*look)(void *ctx), void *ctx);

/* Returns the seconds since page @pfn was allocated, or -1 if it has no record. Sleeps. */
s64 gm_tracker_page_age(struct gm_tracker *t, unsigned long pfn);

#endif /* GHOSTMEM_READER_H */
