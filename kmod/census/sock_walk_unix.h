/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The walk through the queues of Unix sockets.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_WALK_UNIX_H
#define GHOSTMEM_CENSUS_SOCK_WALK_UNIX_H

#include "census/sock_walk.h"

/* Looks at @sk, as gm_walk_sock() does. Sleeps. */
void gm_walk_unix(struct gm_walk *walk, struct sock *sk);

#endif /* GHOSTMEM_CENSUS_SOCK_WALK_UNIX_H */
