/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pages that the bulk allocator returns are recorded as single pages, which share one site:
 * they are allocated together and freed one by one. The bulk allocator has no tracepoint, so its
 * call and its return are watched.
 *
 * Any context. See recorder.c for what holds in here.
 */
#ifndef GHOSTMEM_RECORD_BULK_H
#define GHOSTMEM_RECORD_BULK_H

#include <linux/bits.h>

#include "record/recorder.h"

/* Entries of an array beyond these are not recorded, and counted as lost. */
#define GM_BULK_MAX	1024

/**
 * struct gm_bulk - a request to the bulk allocator, from its call to its return
 * @array:	where the pages go, or NULL
 * @list:	where the pages go instead; the newest is first
 * @nr:		pages asked for
 * @clock:	when it was called
 * @block:	what its pages are recorded as
 * @caller:	the innermost frame of the stack to keep
 * @filled:	which entries of @array had a page already, of the first GM_BULK_MAX
 * @samples:	which entries to record, if they get a page, where not all are
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

/* At the return. @used: how many entries are in use. @bulk->caller is known by now. */
void gm_bulk_end(struct gm_recorder *r, const struct gm_bulk *bulk, unsigned long used);

#endif /* GHOSTMEM_RECORD_BULK_H */
