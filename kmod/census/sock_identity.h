/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a socket is called: family, addresses, namespace, and what the kernel itself counts.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_IDENTITY_H
#define GHOSTMEM_CENSUS_SOCK_IDENTITY_H

#include <net/sock.h>

#include "census/sockets.h"

/* Fills in @s from @sk, but for its queues. The caller has a reference. Does not sleep for long. */
void gm_socket_identify(struct gm_socket *s, struct sock *sk, struct gm_arena *arena);

#endif /* GHOSTMEM_CENSUS_SOCK_IDENTITY_H */
