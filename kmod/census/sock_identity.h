/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The identity of a socket: family, addresses, namespace, and the kernel's own memory counters.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_IDENTITY_H
#define GHOSTMEM_CENSUS_SOCK_IDENTITY_H

#include <net/sock.h>

#include "census/sockets.h"

/* Fills in @s from @sk, except the queues. The caller has a reference. Sleeps, but not for long. */
void gm_socket_identify(struct gm_socket *s, struct sock *sk, struct gm_arena *arena);

#endif /* GHOSTMEM_CENSUS_SOCK_IDENTITY_H */
