/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family; include/uapi/linux/ghostmem.h is its manual.
 */
#ifndef GHOSTMEM_NETLINK_FAMILY_H
#define GHOSTMEM_NETLINK_FAMILY_H

#include <net/genetlink.h>

#include <linux/ghostmem.h>

int gm_netlink_init(void);
void gm_netlink_exit(void);

extern struct genl_family gm_genl_family;

/*
 * 0 where the sender of @request may read beyond CAP_NET_ADMIN, which the family's operations ask
 * for themselves; else -EPERM. Of a dump it is asked in start(), where the sender's credentials are
 * the current ones: whoever reads the rest may be somebody else.
 */
int gm_netlink_may_read(struct sk_buff *request);

/* The request's ABI is ours: 0; else -EINVAL or -EPROTO and @why. @attrs may be NULL. */
int gm_netlink_abi(struct nlattr **attrs, const char **why);

/* The same, with @why in the extack. */
int gm_netlink_check_abi(struct genl_info *info);

#endif /* GHOSTMEM_NETLINK_FAMILY_H */
