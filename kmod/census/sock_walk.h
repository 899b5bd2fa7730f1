/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The walk through the queues of one socket: what they hold, under the locks of whoever
 * fills and empties them, and never for long.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_WALK_H
#define GHOSTMEM_CENSUS_SOCK_WALK_H

#include <linux/ghostmem.h>
#include <net/sock.h>

#include "census/skb_parts.h"

enum gm_queue_kind {
	GM_QUEUE_RECEIVE,
	GM_QUEUE_OUT_OF_ORDER,
	GM_QUEUE_BACKLOG,
	GM_QUEUE_ERROR,
	GM_QUEUE_WRITE,
	GM_QUEUE_RETRANSMIT,
	GM_QUEUE_RX_RING,
	GM_QUEUE_TX_RING,
	GM_QUEUE_FRAGMENT,

	GM_QUEUES,
};

/* As the protocol has it. */
extern const char *const gm_queue_names[GM_QUEUES];

/* Sockets that a slice may come across: in flight, or not yet accepted. */
#define GM_WALK_MET_MAX		8192

/* Ticks that a census waits for owners of sockets, in all. */
#define GM_WALK_WAITS		256

/**
 * struct gm_walk - one walk at a time
 * @parts:	of the slice under way, a lot for each enum gm_queue_kind
 * @left:	skbs that the slice may still look at
 * @met:	GM_WALK_MET_MAX sockets that lie in a queue of this one, each with a reference
 * @met_nr:	how many
 * @take:	is given the parts of a slice, and @met, with no lock held; may sleep. It clears
 *		neither, and drops no reference; a slice may be empty
 * @priv:	for @take
 * @flags:	GHOSTMEM_SOCKET_F_BUSY, _CHANGED, _PARTIAL of the socket at hand
 * @waits:	that are left
 * @unseen:	sockets in queues, too many for @met
 * @no_ring:	packet sockets whose rings could not be made out
 * @oldest:	time stamp of the first skb in the receive queue, 0 if it has none
 * @oldest_pfn:	page frame behind it, 0 if none
 */
struct gm_walk {
	struct gm_parts parts;
	u32 left;
	struct sock **met;
	u32 met_nr;
	void (*take)(void *priv);
	void *priv;
	u32 flags;
	u32 waits;
	u32 unseen;
	u32 no_ring;
	ktime_t oldest;
	unsigned long oldest_pfn;
};

/* 0 or -ENOMEM. Sleeps. */
int gm_walk_init(struct gm_walk *walk, void (*take)(void *priv), void *priv);
void gm_walk_destroy(struct gm_walk *walk);

/* Walks @sk, to which the caller has a reference; a full socket. Sleeps. */
void gm_walk_sock(struct gm_walk *walk, struct sock *sk);

#endif /* GHOSTMEM_CENSUS_SOCK_WALK_H */
