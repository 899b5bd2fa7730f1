// SPDX-License-Identifier: GPL-2.0
#include "census/sock_walk_packet.h"
#include "census/sock_walk_steps.h"
#include "compat/packet_ring.h"

static bool gm_fill_ring(struct gm_walk *walk, const struct gm_packet_ring *ring,
			 enum gm_queue_kind kind)
{
	unsigned int i;

	walk->parts.at = kind;
	for (i = 0; i < ring->blocks; i++) {
		if (!gm_parts_add_pages(&walk->parts, ring->block[i], ring->block_bytes))
			return false;
	}
	return true;
}

static bool gm_fill_rings(struct gm_walk *walk, struct sock *sk)
{
	struct gm_packet_ring rx, tx;

	if (!gm_packet_rings(sk, &rx, &tx)) {
		walk->no_ring++;
		return true;
	}
	return gm_fill_ring(walk, &rx, GM_QUEUE_RX_RING) &&
	       gm_fill_ring(walk, &tx, GM_QUEUE_TX_RING);
}

void gm_walk_packet(struct gm_walk *walk, struct sock *sk)
{
	gm_walk_locked_bh(walk, &sk->sk_receive_queue, GM_QUEUE_RECEIVE);
	gm_walk_locked_irq(walk, &sk->sk_error_queue, GM_QUEUE_ERROR);
	gm_walk_as_owner(walk, sk, gm_fill_rings);
}
