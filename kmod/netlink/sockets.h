/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SOCKET_GET: takes a census of sockets and dumps it.
 */
#ifndef GHOSTMEM_NETLINK_SOCKETS_H
#define GHOSTMEM_NETLINK_SOCKETS_H

struct netlink_callback;
struct sk_buff;

int gm_sockets_get_start(struct netlink_callback *cb);
int gm_sockets_get_dump(struct sk_buff *skb, struct netlink_callback *cb);
int gm_sockets_get_done(struct netlink_callback *cb);

#endif /* GHOSTMEM_NETLINK_SOCKETS_H */
