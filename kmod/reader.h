/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading what the tracker has recorded. Whoever reads hands over a function, which is called while
 * nothing of what it sees can be forgotten; the locks for that stay the tracker's.
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
 * @clock:	of the records, now
 * @broken:	why recording has turned itself off, or NULL
 * @pages:	records of pages, or NULL
 * @skbs:	records of sk_buffs, or NULL
 * @devices:	network devices that those may belong to, or NULL
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
 * Fills @view and calls @look, which returns within milliseconds and keeps nothing of @view but
 * plain values. Returns what @look returns. If nothing is recorded, @look is not called, @view has
 * the generation alone, and false is returned. Sleeps.
 */
bool gm_tracker_read(struct gm_tracker *t, enum gm_records of, struct gm_view *view,
		     bool (*look)(void *ctx), void *ctx);

/* Seconds since the page of that frame was allocated, or -1 if it has no record. Sleeps. */
s64 gm_tracker_page_age(struct gm_tracker *t, unsigned long pfn);

#endif /* GHOSTMEM_READER_H */
