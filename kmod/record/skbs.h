/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lifetimes of sk_buffs: records births (allocations) and deaths (frees) in the skb map, the
 * sites and the counters. It is called by the hooks, and knows nothing of them.
 */
#ifndef GHOSTMEM_RECORD_SKBS_H
#define GHOSTMEM_RECORD_SKBS_H

#include <linux/jiffies.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "record/fuse.h"
#include "record/origins.h"
#include "tables/counters.h"
#include "tables/skb_table.h"

/**
 * struct gm_skbs - an instance
 * @map:	records by address
 * @origins:	sites by stack
 * @counters:	per-CPU counts
 * @fuse:	on while events are recorded; turned off before anything is torn down
 * @epoch:	the jiffy at which the clock shows 0
 */
struct gm_skbs {
	struct gm_skb_map map;
	struct gm_origins origins;
	struct gm_counters __percpu *counters;
	struct gm_fuse fuse;
	unsigned long epoch;
};

/*
 * Makes room for @max_skbs and @max_sites; records nothing yet. Sleeps. Returns 0, or -ENOMEM,
 * also if it would take more than half of the available memory.
 */
int gm_skbs_init(struct gm_skbs *s, unsigned long max_skbs, u32 max_sites);

/* Frees the tables. The hooks have been detached and waited for. */
void gm_skbs_destroy(struct gm_skbs *s);

/* Stops recording, and returns when no hook is recording any more. Sleeps. */
void gm_skbs_stop(struct gm_skbs *s);

/* Forgets all records. Only while stopped, and while nobody reads. Sleeps. */
void gm_skbs_clear(struct gm_skbs *s);

/* Sets the clock to 1 and starts recording. @s must be clear. */
void gm_skbs_start(struct gm_skbs *s);

/* Seconds since gm_skbs_start(), plus 1. */
static inline u64 gm_skbs_clock(const struct gm_skbs *s)
{
	return (jiffies - s->epoch) / HZ;
}

/* Returns the bytes of memory that the tables take. */
size_t gm_skbs_bytes(const struct gm_skbs *s);

/**
 * enum gm_skb_seen - what the place where an sk_buff is seen tells about it
 * @GM_SKB_NEW:	it was not in use until now
 * @GM_SKB_MAYBE: another hook on the same path may have recorded it already; it is alive then
 */
enum gm_skb_seen {
	GM_SKB_NEW,
	GM_SKB_MAYBE,
};

/*
 * Records a birth. Called by hooks, as is the next: in any context but NMI, preemptible or not.
 * @event: where it was seen.
 */
void gm_skbs_born(struct gm_skbs *s, const struct sk_buff *skb, struct gm_caller caller,
		  enum gm_skb_seen seen, enum gm_event event);

/* Records a death. @last: no other hook reports this death after this one. */
void gm_skbs_died(struct gm_skbs *s, const struct sk_buff *skb, bool last, enum gm_event event);

#endif /* GHOSTMEM_RECORD_SKBS_H */
