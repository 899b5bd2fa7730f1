/* SPDX-License-Identifier: GPL-2.0 */
/*
 * HOLDERS_START, HOLDERS_STOP, HOLDERS_STATUS and HOLDERS_GET. Whether the sender may change
 * something has been checked before the first two.
 */
#ifndef GHOSTMEM_NETLINK_HOLDERS_H
#define GHOSTMEM_NETLINK_HOLDERS_H

struct genl_info;
struct netlink_callback;
struct sk_buff;

int gm_holders_start(struct genl_info *info);
int gm_holders_stop(struct genl_info *info);
int gm_holders_status(struct sk_buff *request, struct genl_info *info);

int gm_holders_get_start(struct netlink_callback *cb);
int gm_holders_get_dump(struct sk_buff *skb, struct netlink_callback *cb);
int gm_holders_get_done(struct netlink_callback *cb);

#endif /* GHOSTMEM_NETLINK_HOLDERS_H */
