// SPDX-License-Identifier: GPL-2.0
/*
 * What virtio, vhost and loopback transports have received waits in a queue of their own, with a
 * lock of its own; other transports copy from the hypervisor's memory when somebody reads.
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

	/* Packets of its own until 71dc9ec9ac7d (6.3), or where that was ported back to. */
	if (!__same_type(vvs->rx_queue, struct sk_buff_head)) {
		if (!list_empty((void *)&vvs->rx_queue))
			walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
		return true;
	}
	/* Owning the socket does not keep away the transport, which waits for this lock. */
	walk->left = min_t(u32, walk->left, GM_SLICE_WHOLE);
	spin_lock_bh(&vvs->rx_lock);
	all = gm_fill_list(walk, (void *)&vvs->rx_queue, GM_QUEUE_RECEIVE);
	spin_unlock_bh(&vvs->rx_lock);
	if (all || walk->left)
		return all;
	/* More room for parts would not get any further. */
	walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	return true;
}

/* Of the socket's owner: the transport stays, and with it what it has allocated. */
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
