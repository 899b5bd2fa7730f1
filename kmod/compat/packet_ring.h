/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rings of packet sockets. Their structures are private to net/packet/internal.h.
 */
#ifndef GHOSTMEM_COMPAT_PACKET_RING_H
#define GHOSTMEM_COMPAT_PACKET_RING_H

#include <net/sock.h>

/**
 * struct gm_packet_ring - a ring that the socket's process maps
 * @block:	start address of each of its blocks
 * @blocks:	number of blocks; 0: there is no ring
 * @block_bytes: size of each block
 */
struct gm_packet_ring {
	char *const *block;
	unsigned int blocks;
	size_t block_bytes;
};

/*
 * Finds the rings of a packet socket. They stay as they are while the caller owns the socket, or
 * holds the spinlock of a socket that nobody owns.
 * Returns false if the memory at the place of the first ring does not look like a ring.
 */
bool gm_packet_rings(struct sock *sk, struct gm_packet_ring *rx, struct gm_packet_ring *tx);

#endif /* GHOSTMEM_COMPAT_PACKET_RING_H */
