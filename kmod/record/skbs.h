/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lifetimes of sk_buffs: what a birth or a death does to the skb map, the sites and the
 * counters. It is called by the hooks, and knows nothing of them.
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
 * @origins:	who allocates
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
 * Room for @max_skbs and @max_sites; records nothing yet. Sleeps. 0 or -ENOMEM, also where it
 * would take more than half of what memory is available.
 */
int gm_skbs_init(struct gm_skbs *s, unsigned long max_skbs, u32 max_sites);

/* After the hooks have been detached and waited for. */
void gm_skbs_destroy(struct gm_skbs *s);

/* Records nothing from now on, and returns when no hook is recording any more. Sleeps. */
void gm_skbs_stop(struct gm_skbs *s);

/* Forgets everything. Only while stopped, and while nobody reads. Sleeps. */
void gm_skbs_clear(struct gm_skbs *s);

/* Sets the clock to 1 and records. It is clear. */
void gm_skbs_start(struct gm_skbs *s);

/* Seconds since gm_skbs_start(), plus 1. */
static inline u64 gm_skbs_clock(const struct gm_skbs *s)
{
	return (jiffies - s->epoch) / HZ;
}

/* Bytes of memory that its tables take. */
size_t gm_skbs_bytes(const struct gm_skbs *s);

/**
 * enum gm_skb_seen - what is known of an address by where it was seen
 * @GM_SKB_NEW:	it was nobody's until now
 * @GM_SKB_MAYBE: it may have been seen already on the way here, and lives then
 */
enum gm_skb_seen {
	GM_SKB_NEW,
	GM_SKB_MAYBE,
};

/* The hooks' part. Any context but NMI, preemptible or not. @event: where it was seen. */
void gm_skbs_born(struct gm_skbs *s, const struct sk_buff *skb, struct gm_caller caller,
		  enum gm_skb_seen seen, enum gm_event event);

/* @last: no other hook tells of this death. */
void gm_skbs_died(struct gm_skbs *s, const struct sk_buff *skb, bool last, enum gm_event event);

#endif /* GHOSTMEM_RECORD_SKBS_H */
