/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family; include/uapi/linux/ghostmem.h is its manual.
 */
#ifndef GHOSTMEM_NETLINK_H
#define GHOSTMEM_NETLINK_H

#include <net/genetlink.h>

int gm_netlink_init(void);
void gm_netlink_exit(void);

extern struct genl_family gm_genl_family;

/* The request's ABI is ours: 0; else -EINVAL or -EPROTO and @why. @attrs may be NULL. */
int gm_netlink_abi(struct nlattr **attrs, const char **why);

/* The same, with @why in the extack. */
int gm_netlink_check_abi(struct genl_info *info);

/* netlink_status.c */
int gm_netlink_status(struct sk_buff *skb, struct genl_info *info);

/* netlink_sites.c; the dump keeps its state in cb->args[0]. */
int gm_netlink_sites_start(struct netlink_callback *cb);
int gm_netlink_sites_dump(struct sk_buff *skb, struct netlink_callback *cb);
int gm_netlink_sites_done(struct netlink_callback *cb);

#endif /* GHOSTMEM_NETLINK_H */
