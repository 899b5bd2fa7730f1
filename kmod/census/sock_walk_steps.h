/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The steps that walks through the queues of all protocols are made of.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_WALK_STEPS_H
#define GHOSTMEM_CENSUS_SOCK_WALK_STEPS_H

#include "census/sock_walk.h"

/*
 * Skbs looked at with a lock held, or interrupts off: some 100 us; and where a queue cannot be
 * left and come back to, 1 ms or so.
 */
#define GM_SLICE_SKBS		256
#define GM_SLICE_IRQ		1024
#define GM_SLICE_WHOLE		4096

/* Room for a whole slice of ordinary skbs, and for an odd one: 256 KiB. */
#define GM_WALK_PARTS		16384
#define GM_SKB_PARTS_USUAL	1024

/* There is room for any ordinary skb. */
static inline bool gm_walk_roomy(const struct gm_walk *walk)
{
	return walk->parts.nr + GM_SKB_PARTS_USUAL <= walk->parts.max;
}

/* Hands over a slice; no lock is held. Sleeps. */
void gm_walk_give(struct gm_walk *walk);

/* Notes the age of @skb, the first one that was received. */
void gm_walk_first(struct gm_walk *walk, const struct sk_buff *skb);

/* Takes a reference to a socket that lies in a queue whose lock is held. */
void gm_walk_meet(struct gm_walk *walk, struct sock *sk);

/*
 * Look at what is kept as it is by a lock, and sleep, allocate and hand over nothing. False where
 * there was no room for all, or more than walk->left.
 */
bool gm_fill_list(struct gm_walk *walk, const struct sk_buff_head *list,
		  enum gm_queue_kind kind);
bool gm_fill_tree(struct gm_walk *walk, struct rb_root *root, enum gm_queue_kind kind);

/*
 * Calls @fill with the socket lock's spinlock held, and no owner, or where there is one walks the
 * backlog and marks the walk busy. Hands over. Sleeps.
 */
void gm_walk_under_slock(struct gm_walk *walk, struct sock *sk,
			 bool (*fill)(struct gm_walk *walk, struct sock *sk));

/*
 * The same as the socket lock's owner, so that more may be looked at: @fill is called again, in a
 * larger room, until all fits. Where that lock is not for us, as above.
 */
void gm_walk_as_owner(struct gm_walk *walk, struct sock *sk,
		      bool (*fill)(struct gm_walk *walk, struct sock *sk));

/*
 * As much of a list as one slice takes, under the list's own lock, which hard interrupts may
 * take, or not. Hands over. Sleep.
 */
void gm_walk_locked_irq(struct gm_walk *walk, struct sk_buff_head *list, enum gm_queue_kind kind);
void gm_walk_locked_bh(struct gm_walk *walk, struct sk_buff_head *list, enum gm_queue_kind kind);

#endif /* GHOSTMEM_CENSUS_SOCK_WALK_STEPS_H */
