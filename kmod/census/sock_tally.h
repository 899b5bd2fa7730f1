/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tally: adds the parts in a socket's queues to the sums of the socket, and, each part once, to
 * the sums of all sockets.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_TALLY_H
#define GHOSTMEM_CENSUS_SOCK_TALLY_H

#include "census/skb_parts.h"
#include "census/sockets.h"

/* Adds @parts, which belong to the current socket, c->at. None of its locks is held. Sleeps. */
void gm_sockets_tally(struct gm_sockets *c, const struct gm_parts *parts);

#endif /* GHOSTMEM_CENSUS_SOCK_TALLY_H */
