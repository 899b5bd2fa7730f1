/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The common steps of the walks through the queues of all protocols.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_WALK_STEPS_H
#define GHOSTMEM_CENSUS_SOCK_WALK_STEPS_H

#include "census/sock_walk.h"

/*
 * The most skbs that are looked at with a lock held, or with interrupts off: some 100 us; and in
 * queues whose walk cannot be suspended and resumed: about 1 ms.
 */
#define GM_SLICE_SKBS		256
#define GM_SLICE_IRQ		1024
#define GM_SLICE_WHOLE		4096

/* Room for a whole slice of ordinary skbs and for one unusual skb: 256 KiB. */
#define GM_WALK_PARTS		16384
#define GM_SKB_PARTS_USUAL	1024

/* Whether there is room for any ordinary skb. */
static inline bool gm_walk_roomy(const struct gm_walk *walk)
{
	return walk->parts.nr + GM_SKB_PARTS_USUAL <= walk->parts.max;
}

/* Hands a slice over to walk->take(). No lock may be held. Sleeps. */
void gm_walk_give(struct gm_walk *walk);

/* Notes the time stamp and the page of @skb, the first one in the receive queue. */
void gm_walk_first(struct gm_walk *walk, const struct sk_buff *skb);

/* Takes a reference to a socket that is in a queue whose lock is held. */
void gm_walk_meet(struct gm_walk *walk, struct sock *sk);

/*
 * Add the skbs of a queue that a lock keeps unchanged. Do not sleep, allocate, or hand over. Return
 * false if there was no room for all of them, or if there were more than walk->left.
 */
bool gm_fill_list(struct gm_walk *walk, const struct sk_buff_head *list,
		  enum gm_queue_kind kind);
bool gm_fill_tree(struct gm_walk *walk, struct rb_root *root, enum gm_queue_kind kind);

/*
 * Calls @fill with the socket lock's spinlock held while the socket has no owner. If it keeps
 * having one, walks only the backlog and sets GHOSTMEM_SOCKET_F_BUSY. Hands over. Sleeps.
 */
void gm_walk_under_slock(struct gm_walk *walk, struct sock *sk,
			 bool (*fill)(struct gm_walk *walk, struct sock *sk));

/*
 * Calls @fill as the owner of the socket lock, which allows more time: if not all skbs fit, it is
 * called again with a larger room. If we may not own the lock, does the same as
 * gm_walk_under_slock(). Hands over. Sleeps.
 */
void gm_walk_as_owner(struct gm_walk *walk, struct sock *sk,
		      bool (*fill)(struct gm_walk *walk, struct sock *sk));

/*
 * Walk a list, one slice at most, under the list's own lock: the first for locks that hard
 * interrupts may take, the second for others. Hand over. Sleep.
 */
void gm_walk_locked_irq(struct gm_walk *walk, struct sk_buff_head *list, enum gm_queue_kind kind);
void gm_walk_locked_bh(struct gm_walk *walk, struct sk_buff_head *list, enum gm_queue_kind kind);

#endif /* GHOSTMEM_CENSUS_SOCK_WALK_STEPS_H */
