// SPDX-License-Identifier: GPL-2.0
#include <linux/tcp.h>
#include <net/inet_connection_sock.h>
#include <net/mptcp.h>
#include <net/tcp.h>

#include "census/sock_walk_steps.h"
#include "census/sock_walk_tcp.h"

/* Sockets in the accept queue of a listening socket have no file yet. */
static void gm_walk_accept_queue(struct gm_walk *walk, struct sock *sk)
{
	struct request_sock_queue *queue = &inet_csk(sk)->icsk_accept_queue;
	struct request_sock *req;
	u32 seen = 0, queued;

	if (reqsk_queue_empty(queue))
		return;
	spin_lock_bh(&queue->rskq_lock);
	for (req = queue->rskq_accept_head; req && seen < GM_WALK_MET_MAX; req = req->dl_next) {
		gm_walk_meet(walk, req->sk);
		seen++;
	}
	queued = READ_ONCE(sk->sk_ack_backlog);
	spin_unlock_bh(&queue->rskq_lock);
	/* The rest would only be counted, and sk_ack_backlog counts them already. */
	if (req && queued > seen)
		walk->unseen += queued - seen;
	gm_walk_give(walk);
}

/* Adds the page that the socket (not a task) fills next, which it keeps as long as it lives. */
static bool gm_fill_fragment(struct gm_walk *walk, struct sock *sk)
{
	struct page *page = sk->sk_frag.page;

	walk->parts.at = GM_QUEUE_FRAGMENT;
	return !page || gm_parts_add_page(&walk->parts, page);
}

static bool gm_fill_tcp(struct gm_walk *walk, struct sock *sk)
{
	/* A listening socket has something else at the place of the retransmit tree. */
	return gm_fill_list(walk, &sk->sk_receive_queue, GM_QUEUE_RECEIVE) &&
	       gm_fill_tree(walk, &tcp_sk(sk)->out_of_order_queue, GM_QUEUE_OUT_OF_ORDER) &&
	       gm_fill_list(walk, &sk->sk_write_queue, GM_QUEUE_WRITE) &&
	       (sk->sk_state == TCP_LISTEN ||
		gm_fill_tree(walk, &sk->tcp_rtx_queue, GM_QUEUE_RETRANSMIT)) &&
	       gm_fill_fragment(walk, sk);
}

void gm_walk_tcp(struct gm_walk *walk, struct sock *sk)
{
	bool listens = sk->sk_state == TCP_LISTEN;

	gm_walk_locked_irq(walk, &sk->sk_error_queue, GM_QUEUE_ERROR);
	if (listens)
		gm_walk_accept_queue(walk, sk);
	/* TLS and the like keep skbs in queues of their own. */
	if (READ_ONCE(inet_csk(sk)->icsk_ulp_ops) && !sk_is_mptcp(sk))
		walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	if (skb_queue_empty_lockless(&sk->sk_receive_queue) &&
	    skb_queue_empty_lockless(&sk->sk_write_queue) &&
	    (listens || !READ_ONCE(sk->tcp_rtx_queue.rb_node)) &&
	    !READ_ONCE(tcp_sk(sk)->out_of_order_queue.rb_node) &&
	    !READ_ONCE(sk->sk_backlog.head) && !READ_ONCE(sk->sk_frag.page))
		return;
	gm_walk_as_owner(walk, sk, gm_fill_tcp);
}
