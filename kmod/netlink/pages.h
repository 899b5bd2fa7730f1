/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ZONE_GET: takes a census of page frames and dumps it zone by zone.
 */
#ifndef GHOSTMEM_NETLINK_PAGES_H
#define GHOSTMEM_NETLINK_PAGES_H

struct netlink_callback;
struct sk_buff;

int gm_zones_get_start(struct netlink_callback *cb);
int gm_zones_get_dump(struct sk_buff *skb, struct netlink_callback *cb);
int gm_zones_get_done(struct netlink_callback *cb);

#endif /* GHOSTMEM_NETLINK_PAGES_H */
