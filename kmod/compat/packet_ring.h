/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rings of packet sockets, which net/packet/internal.h keeps to itself.
 */
#ifndef GHOSTMEM_COMPAT_PACKET_RING_H
#define GHOSTMEM_COMPAT_PACKET_RING_H

#include <net/sock.h>

/**
 * struct gm_packet_ring - a ring, mapped by the socket's process
 * @block:	where each block of it begins
 * @blocks:	how many; 0: there is no ring
 * @block_bytes: size of each
 */
struct gm_packet_ring {
	char *const *block;
	unsigned int blocks;
	size_t block_bytes;
};

/*
 * The rings of a packet socket, as they are while the caller owns the socket lock. False, where
 * what stands in their place does not look like them.
 */
bool gm_packet_rings(struct sock *sk, struct gm_packet_ring *rx, struct gm_packet_ring *tx);

#endif /* GHOSTMEM_COMPAT_PACKET_RING_H */
