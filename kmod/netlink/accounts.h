/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DEVICE_GET and MODULE_GET.
 */
#ifndef GHOSTMEM_NETLINK_ACCOUNTS_H
#define GHOSTMEM_NETLINK_ACCOUNTS_H

struct netlink_callback;
struct sk_buff;

int gm_devices_get_start(struct netlink_callback *cb);
int gm_modules_get_start(struct netlink_callback *cb);

/* The other callbacks of both. */
int gm_accounts_get_dump(struct sk_buff *skb, struct netlink_callback *cb);
int gm_accounts_get_done(struct netlink_callback *cb);

#endif /* GHOSTMEM_NETLINK_ACCOUNTS_H */
