/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The walk through the queues of TCP sockets.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_WALK_TCP_H
#define GHOSTMEM_CENSUS_SOCK_WALK_TCP_H

#include "census/sock_walk.h"

/* Looks at @sk, as gm_walk_sock() does. Sleeps. */
void gm_walk_tcp(struct gm_walk *walk, struct sock *sk);

#endif /* GHOSTMEM_CENSUS_SOCK_WALK_TCP_H */
