// SPDX-License-Identifier: GPL-2.0
/*
 * The virtio, vhost and loopback transports keep received packets in a queue of their own, which
 * has its own lock. Other transports copy from the hypervisor's memory when the socket is read.
 */
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/virtio_vsock.h>
#include <net/af_vsock.h>

#include "census/sock_walk_steps.h"
#include "census/sock_walk_vsock.h"

static bool gm_fill_virtio(struct gm_walk *walk, struct virtio_vsock_sock *vvs)
{
	bool all;

	/* No skbs, but a packet struct of virtio until 71dc9ec9ac7d (6.3), or its backports. */
	if (!__same_type(vvs->rx_queue, struct sk_buff_head)) {
		if (!list_empty((void *)&vvs->rx_queue))
			walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
		return true;
	}
	/* Socket ownership does not exclude the transport, which takes this lock. */
	walk->left = min_t(u32, walk->left, GM_SLICE_WHOLE);
	spin_lock_bh(&vvs->rx_lock);
	all = gm_fill_list(walk, (void *)&vvs->rx_queue, GM_QUEUE_RECEIVE);
	spin_unlock_bh(&vvs->rx_lock);
	if (all || walk->left)
		return all;
	/* The limit of skbs was reached: more room for parts would not help. */
	walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	return true;
}

/* Called as the socket's owner, so that the transport and its data stay. */
static bool gm_fill_vsock(struct gm_walk *walk, struct sock *sk)
{
	ssize_t (*enqueue)(struct vsock_sock *vsk, struct msghdr *msg, size_t len);
	struct vsock_sock *vsk = vsock_sk(sk), *child;
	bool all = true;

	if (sk->sk_state == TCP_LISTEN) {
		list_for_each_entry(child, &vsk->accept_queue, accept_queue)
			gm_walk_meet(walk, sk_vsock(child));
	}
	enqueue = symbol_get(virtio_transport_stream_enqueue);
	if (!enqueue)
		return true;
	if (vsk->transport && vsk->transport->stream_enqueue == enqueue && vsk->trans)
		all = gm_fill_virtio(walk, vsk->trans);
	symbol_put(virtio_transport_stream_enqueue);
	return all;
}

void gm_walk_vsock(struct gm_walk *walk, struct sock *sk)
{
	gm_walk_locked_bh(walk, &sk->sk_receive_queue, GM_QUEUE_RECEIVE);
	gm_walk_locked_irq(walk, &sk->sk_error_queue, GM_QUEUE_ERROR);
	gm_walk_as_owner(walk, sk, gm_fill_vsock);
}
