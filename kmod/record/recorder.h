/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The recorder: what an allocation or a free does to the page map, the sites
 * and the counters. It is called by the hooks, and knows nothing of them.
 */
#ifndef GHOSTMEM_RECORD_RECORDER_H
#define GHOSTMEM_RECORD_RECORDER_H

#include <linux/gfp.h>
#include <linux/types.h>

#include "tables/counters.h"
#include "record/fuse.h"
#include "record/origins.h"
#include "tables/page_map.h"
#include "record/pending.h"
#include "tables/sampler.h"

/**
 * struct gm_recorder - an instance
 * @map:	records by page
 * @origins:	who allocates
 * @sampler:	which allocations are recorded, if not all
 * @counters:	per-CPU counts
 * @pending:	ranges that are not recorded yet
 * @fuse:	on while events are recorded; off first when anything is taken apart
 * @sampled:	a few of them; changed while no hook is attached
 * @epoch:	the jiffy at which the clock shows 0
 */
struct gm_recorder {
	struct gm_page_map map;
	struct gm_origins origins;
	struct gm_sampler sampler;
	struct gm_counters __percpu *counters;
	struct gm_pending pending;
	struct gm_fuse fuse;
	bool sampled;
	unsigned long epoch;
};

/*
 * Covers the memory that is online; records nothing yet. Sleeps. 0 or -ENOMEM, also
 * where it would take more than half of what memory is available.
 */
int gm_recorder_init(struct gm_recorder *r, u32 max_sites);

/* After the hooks have been detached and waited for. */
void gm_recorder_destroy(struct gm_recorder *r);

/* Records nothing from now on, and returns when no hook is recording any more. Sleeps. */
void gm_recorder_stop(struct gm_recorder *r);

/* Forgets everything. Only while stopped, and while nobody reads. Sleeps. */
void gm_recorder_clear(struct gm_recorder *r);

/*
 * Sets the clock to 1 and records what the calling task allocates, every allocation also where a
 * recorder samples. The recorder is clear.
 */
void gm_recorder_prove(struct gm_recorder *r);

/*
 * Records what everybody allocates; sets the clock to 1 if it does not run yet. A recorder that
 * samples has been told at which level, or else takes every allocation. The level is set by one
 * caller at a time. Sleep.
 */
void gm_recorder_start(struct gm_recorder *r);
void gm_recorder_sample_at(struct gm_recorder *r, u32 level);

/* Seconds since gm_recorder_start(), plus 1; stands still while the host is suspended. */
u64 gm_recorder_clock(const struct gm_recorder *r);

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

/* At the call: notes which entries are new. False if there is nothing to record. */
bool gm_recorder_bulk_begin(struct gm_recorder *r, struct gm_bulk *bulk, gfp_t gfp);

/* At the return, with the number of entries in use. The caller is known. */
void gm_recorder_bulk_end(struct gm_recorder *r, const struct gm_bulk *bulk, unsigned long used);

/*
 * An allocation of the @nr page frames from @pfn on, as single pages. Of many the records are
 * written later. Preemption is off.
 */
void gm_recorder_contig(struct gm_recorder *r, unsigned long pfn, unsigned long nr, gfp_t gfp,
			struct gm_caller caller);

/* The records of the @nr page frames from @pfn on are written from now on. As above. */
static inline void gm_recorder_settle(struct gm_recorder *r, unsigned long pfn, unsigned long nr)
{
	gm_pending_settle(&r->pending, pfn, nr);
}

/* What the @nr page frames from @old on were recorded as, those from @new on are now. As above. */
void gm_recorder_move(struct gm_recorder *r, unsigned long old, unsigned long new,
		      unsigned long nr);

#endif /* GHOSTMEM_RECORD_RECORDER_H */
