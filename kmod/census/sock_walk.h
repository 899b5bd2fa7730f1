/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The walk through the queues of one socket: lists what they hold, under the locks that the
 * protocol uses for them, each held for a short time only.
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

/* The queues' names in the netlink protocol. */
extern const char *const gm_queue_names[GM_QUEUES];

/* The most sockets found in the queues by one slice: in flight, or not yet accepted. */
#define GM_WALK_MET_MAX		8192

/* The total number of ticks that a census waits for owners of sockets. */
#define GM_WALK_WAITS		256

/**
 * struct gm_walk - state of the walks of a census, of one socket at a time
 * @parts:	of the current slice, one lot for each enum gm_queue_kind
 * @left:	skbs that the slice may still look at
 * @met:	sockets in the queues of the current one, GM_WALK_MET_MAX at most, with a reference
 *		to each
 * @met_nr:	number of sockets in @met
 * @take:	called for each slice, with no lock held, to process @parts and @met; may sleep. It
 *		clears neither, and drops no references; a slice may be empty
 * @priv:	argument of @take
 * @flags:	GHOSTMEM_SOCKET_F_BUSY, _CHANGED, _PARTIAL of the current socket
 * @waits:	ticks that may still be spent on waiting for owners
 * @unseen:	sockets in queues that did not fit into @met
 * @no_ring:	packet sockets whose rings were not found
 * @oldest:	time stamp of the first skb in the receive queue, 0 if it has none
 * @oldest_pfn:	page frame of that skb's data, 0 if it has none
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

/* Returns 0 or -ENOMEM. Sleeps. */
int gm_walk_init(struct gm_walk *walk, void (*take)(void *priv), void *priv);
void gm_walk_destroy(struct gm_walk *walk);

/* Walks @sk, a full socket to which the caller has a reference. Sleeps. */
void gm_walk_sock(struct gm_walk *walk, struct sock *sk);

#endif /* GHOSTMEM_CENSUS_SOCK_WALK_H */
