/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The walk through the queues of sockets that have datagrams, or anything else in lists.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_WALK_DATAGRAMS_H
#define GHOSTMEM_CENSUS_SOCK_WALK_DATAGRAMS_H

#include "census/sock_walk.h"

/*
 * Looks at @sk, as gm_walk_sock() does. @first is another queue, which is walked before the receive
 * queue, or NULL. Sleeps.
 */
void gm_walk_datagrams(struct gm_walk *walk, struct sock *sk, struct sk_buff_head *first);

#endif /* GHOSTMEM_CENSUS_SOCK_WALK_DATAGRAMS_H */
