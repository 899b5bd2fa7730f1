/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The walk through the queues of vsock sockets.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_WALK_VSOCK_H
#define GHOSTMEM_CENSUS_SOCK_WALK_VSOCK_H

#include "census/sock_walk.h"

/* Looks at @sk, as gm_walk_sock() does. Sleeps. */
void gm_walk_vsock(struct gm_walk *walk, struct sock *sk);

#endif /* GHOSTMEM_CENSUS_SOCK_WALK_VSOCK_H */
