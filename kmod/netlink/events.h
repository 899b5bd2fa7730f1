/* SPDX-License-Identifier: GPL-2.0 */
/*
 * EVENT_GET.
 */
#ifndef GHOSTMEM_NETLINK_EVENTS_H
#define GHOSTMEM_NETLINK_EVENTS_H

struct netlink_callback;
struct sk_buff;

int gm_events_get_start(struct netlink_callback *cb);
int gm_events_get_dump(struct sk_buff *skb, struct netlink_callback *cb);
int gm_events_get_done(struct netlink_callback *cb);

#endif /* GHOSTMEM_NETLINK_EVENTS_H */
