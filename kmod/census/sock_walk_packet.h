/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The walk through the queues of packet sockets, with their mapped rings.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_WALK_PACKET_H
#define GHOSTMEM_CENSUS_SOCK_WALK_PACKET_H

#include "census/sock_walk.h"

/* Looks at @sk, as gm_walk_sock() does. Sleeps. */
void gm_walk_packet(struct gm_walk *walk, struct sock *sk);

#endif /* GHOSTMEM_CENSUS_SOCK_WALK_PACKET_H */
