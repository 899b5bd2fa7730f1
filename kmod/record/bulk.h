/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records the pages that the bulk allocator returns. They are recorded as single pages that share
 * one site: they are allocated together and freed one by one. The bulk allocator has no
 * tracepoint, so its call and its return are watched.
 *
 * Any context. See recorder.c for what holds in here.
 */
#ifndef GHOSTMEM_RECORD_BULK_H
#define GHOSTMEM_RECORD_BULK_H

#include <linux/bits.h>

#include "record/recorder.h"

/* Array entries beyond this number are not recorded, and are counted as lost. */
#define GM_BULK_MAX	1024

/**
 * struct gm_bulk - a request to the bulk allocator, from its call to its return
 * @array:	array that receives the pages, or NULL
 * @list:	list that receives the pages instead; the newest is first
 * @nr:		number of pages requested
 * @clock:	time of the call
 * @block:	what its pages are recorded as
 * @caller:	the innermost frame of the stack to keep
 * @filled:	which of the first GM_BULK_MAX entries of @array had a page already
 * @samples:	if the recorder samples: which entries to record, if they get a page
 */
struct gm_bulk {
	struct page **array;
	struct list_head *list;
	unsigned int nr;
	u64 clock;
	struct gm_block block;
	struct gm_caller caller;
	unsigned long filled[BITS_TO_LONGS(GM_BULK_MAX)];
	unsigned long samples[BITS_TO_LONGS(GM_BULK_MAX)];
};

/* At the call: notes which entries are new. Returns false if there is nothing to record. */
bool gm_bulk_begin(struct gm_recorder *r, struct gm_bulk *bulk, gfp_t gfp);

/* At the return: records the new pages. @used: entries in use. @bulk->caller must be set. */
void gm_bulk_end(struct gm_recorder *r, const struct gm_bulk *bulk, unsigned long used);

#endif /* GHOSTMEM_RECORD_BULK_H */
