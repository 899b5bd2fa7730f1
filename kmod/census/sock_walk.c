// SPDX-License-Identifier: GPL-2.0
/*
 * Which lock protects a queue depends on the protocol:
 *
 *  TCP		All queues but the error queue belong to the owner of the socket lock. We
 *		become the owner, or where that is not allowed, hold the lock's spinlock
 *		while there is no owner.
 *  datagrams	UDP, raw, ping, netlink: the queue's own lock. A queue may be long, so it is
 *		walked in slices. Between two slices a reference to the last skb seen, the
 *		cursor, keeps the place, as MSG_PEEK does. Such a queue is never emptied as a
 *		whole while its socket lives, so a cursor that is still linked is still in
 *		it, or in UDP's second queue, whose lock is held as well. The exception is
 *		BPF's sockmap, which moves skbs elsewhere: then only one slice is walked.
 *  unix	The queue's own lock, and for streams iolock. The queue is emptied as a whole
 *		when a datagram socket loses its peer: one slice, no cursor.
 *  packet	The queue's own lock, also one slice. The rings belong to the owner of the
 *		socket lock.
 *  others	Not known: one slice, with all locks held that any protocol uses.
 *
 * Locks are taken in the order iolock, socket lock, queue. While any of them is held we do not
 * sleep, allocate or hand anything over.
 *
 * What TLS, sockmap, MPTCP, SCTP, SMC and the like keep beside these queues is not looked at.
 */
#include <linux/udp.h>

#include "census/sock_walk_datagrams.h"
#include "census/sock_walk_packet.h"
#include "census/sock_walk_steps.h"
#include "census/sock_walk_tcp.h"
#include "census/sock_walk_unix.h"
#include "census/sock_walk_vsock.h"

const char *const gm_queue_names[GM_QUEUES] = {
	[GM_QUEUE_RECEIVE] = "receive",
	[GM_QUEUE_OUT_OF_ORDER] = "out_of_order",
	[GM_QUEUE_BACKLOG] = "backlog",
	[GM_QUEUE_ERROR] = "error",
	[GM_QUEUE_WRITE] = "write",
	[GM_QUEUE_RETRANSMIT] = "retransmit",
	[GM_QUEUE_RX_RING] = "rx_ring",
	[GM_QUEUE_TX_RING] = "tx_ring",
	[GM_QUEUE_FRAGMENT] = "fragment",
};

int gm_walk_init(struct gm_walk *walk, void (*take)(void *priv), void *priv)
{
	BUILD_BUG_ON(GM_QUEUES > GM_LOTS);
	memset(walk, 0, sizeof(*walk));
	walk->waits = GM_WALK_WAITS;
	walk->take = take;
	walk->priv = priv;
	walk->met = kvmalloc_array(GM_WALK_MET_MAX, sizeof(*walk->met), GFP_KERNEL);
	if (!walk->met)
		return -ENOMEM;
	if (gm_parts_init(&walk->parts, GM_WALK_PARTS)) {
		kvfree(walk->met);
		return -ENOMEM;
	}
	return 0;
}

void gm_walk_destroy(struct gm_walk *walk)
{
	gm_parts_destroy(&walk->parts);
	kvfree(walk->met);
}

/* Walks the data that UDP and raw sockets have corked. */
static bool gm_fill_corked(struct gm_walk *walk, struct sock *sk)
{
	return gm_fill_list(walk, &sk->sk_write_queue, GM_QUEUE_WRITE);
}

static bool gm_fill_unknown_list(struct gm_walk *walk, struct sk_buff_head *list,
				 enum gm_queue_kind kind)
{
	unsigned long flags;
	bool all;

	/* The protocol may never have initialized the list. */
	if (!READ_ONCE(list->next) || skb_queue_empty_lockless(list))
		return true;
	spin_lock_irqsave(&list->lock, flags);
	all = gm_fill_list(walk, list, kind);
	spin_unlock_irqrestore(&list->lock, flags);
	return all;
}

static bool gm_fill_unknown(struct gm_walk *walk, struct sock *sk)
{
	walk->left = GM_SLICE_IRQ;
	return gm_fill_unknown_list(walk, &sk->sk_receive_queue, GM_QUEUE_RECEIVE) &&
	       gm_fill_unknown_list(walk, &sk->sk_error_queue, GM_QUEUE_ERROR) &&
	       gm_fill_unknown_list(walk, &sk->sk_write_queue, GM_QUEUE_WRITE);
}

static void gm_walk_udp_or_raw(struct gm_walk *walk, struct sock *sk, bool udp)
{
	gm_walk_datagrams(walk, sk, udp ? &udp_sk(sk)->reader_queue : NULL);
	gm_walk_locked_irq(walk, &sk->sk_error_queue, GM_QUEUE_ERROR);
	if (!skb_queue_empty_lockless(&sk->sk_write_queue))
		gm_walk_under_slock(walk, sk, gm_fill_corked);
}

static void gm_walk_inet(struct gm_walk *walk, struct sock *sk)
{
	bool stream = sk->sk_type == SOCK_STREAM, datagrams = sk->sk_type == SOCK_DGRAM;

	if (stream && sk->sk_protocol == IPPROTO_TCP) {
		gm_walk_tcp(walk, sk);
	} else if (datagrams && (sk->sk_protocol == IPPROTO_UDP ||
				 sk->sk_protocol == IPPROTO_UDPLITE)) {
		gm_walk_udp_or_raw(walk, sk, true);
	} else if (sk->sk_type == SOCK_RAW ||
		   (datagrams && (sk->sk_protocol == IPPROTO_ICMP ||
				  sk->sk_protocol == IPPROTO_ICMPV6))) {
		gm_walk_udp_or_raw(walk, sk, false);
	} else {
		gm_walk_under_slock(walk, sk, gm_fill_unknown);
		/* These have more queues, which are not walked. */
		if (sk->sk_protocol == IPPROTO_MPTCP || sk->sk_protocol == IPPROTO_SCTP)
			walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	}
}

void gm_walk_sock(struct gm_walk *walk, struct sock *sk)
{
	walk->flags = 0;
	walk->oldest = 0;
	walk->oldest_pfn = 0;
	switch (sk->sk_family) {
	case AF_INET:
	case AF_INET6:
		gm_walk_inet(walk, sk);
		break;
	case AF_UNIX:
		gm_walk_unix(walk, sk);
		break;
	case AF_NETLINK:
		gm_walk_datagrams(walk, sk, NULL);
		gm_walk_locked_irq(walk, &sk->sk_error_queue, GM_QUEUE_ERROR);
		break;
	case AF_PACKET:
		gm_walk_packet(walk, sk);
		break;
	case AF_VSOCK:
		gm_walk_vsock(walk, sk);
		break;
	default:
		gm_walk_under_slock(walk, sk, gm_fill_unknown);
	}
}
