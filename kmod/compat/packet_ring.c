// SPDX-License-Identifier: GPL-2.0
/*
 * The beginning of struct packet_sock, up to the first ring, has been the same since ee80fbf301ad
 * (3.10). The offset of the second ring varies with a struct in between. So the second one is
 * searched for. Both are accepted only if their fields, which depend on one another, are
 * consistent.
 */
#include <linux/if_packet.h>
#include <linux/mm.h>

#include "compat.h"
#include "packet_ring.h"

struct gm_ring_buffer {
	char **pg_vec;		/* struct pgv *; a struct pgv is just a pointer */
	unsigned int head;
	unsigned int frames_per_block;
	unsigned int frame_size;
	unsigned int frame_max;
	unsigned int pg_vec_order;
	unsigned int pg_vec_pages;
	unsigned int pg_vec_len;
	unsigned int __percpu *pending_refcnt;
};

struct gm_packet_sock {
	struct sock sk;
	void *fanout;
	union tpacket_stats_u stats;
	struct gm_ring_buffer rx_ring;
};

/* Checks the fields against one another, as packet_set_ring() computes them. */
static bool gm_ring_agrees(const struct gm_ring_buffer *ring)
{
	size_t block = (size_t)ring->pg_vec_pages << PAGE_SHIFT;

	return virt_addr_valid(ring->pg_vec) && ring->pg_vec_pages && ring->pg_vec_len &&
	       ring->pg_vec_order < 20 && ring->frame_size && ring->frames_per_block &&
	       get_order(block) == ring->pg_vec_order &&
	       block / ring->frame_size == ring->frames_per_block &&
	       ring->frame_max + 1 == ring->frames_per_block * ring->pg_vec_len &&
	       ring->head <= ring->frame_max;
}

static void gm_ring_of(struct gm_packet_ring *to, const struct gm_ring_buffer *ring)
{
	to->block = ring->pg_vec;
	to->blocks = ring->pg_vec_len;
	to->block_bytes = (size_t)ring->pg_vec_pages << PAGE_SHIFT;
}

bool gm_packet_rings(struct sock *sk, struct gm_packet_ring *rx, struct gm_packet_ring *tx)
{
	const struct gm_packet_sock *po = container_of(sk, struct gm_packet_sock, sk);
	const struct gm_ring_buffer *ring = &po->rx_ring;
	const void *end = (void *)sk + sk->sk_prot->obj_size - sizeof(*ring);

	memset(rx, 0, sizeof(*rx));
	memset(tx, 0, sizeof(*tx));
	if ((void *)ring > end)
		return false;
	if (ring->pg_vec) {
		if (!gm_ring_agrees(ring))
			return false;
		gm_ring_of(rx, ring);
	}
	for (ring++; (void *)ring <= end; ring = (void *)ring + sizeof(void *)) {
		if (gm_ring_agrees(ring)) {
			gm_ring_of(tx, ring);
			break;
		}
	}
	return true;
}
