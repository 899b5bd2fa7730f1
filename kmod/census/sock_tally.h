/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tally: what the parts of its queues add to a socket's sums, and, each part once, to those of
 * all sockets.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_TALLY_H
#define GHOSTMEM_CENSUS_SOCK_TALLY_H

#include "census/skb_parts.h"
#include "census/sockets.h"

/* @parts are of the socket at hand, c->at; no lock of it is held. Sleeps. */
void gm_sockets_tally(struct gm_sockets *c, const struct gm_parts *parts);

#endif /* GHOSTMEM_CENSUS_SOCK_TALLY_H */
