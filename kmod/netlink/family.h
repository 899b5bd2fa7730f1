/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family. Its protocol is described in include/uapi/linux/ghostmem.h.
 */
#ifndef GHOSTMEM_NETLINK_FAMILY_H
#define GHOSTMEM_NETLINK_FAMILY_H

#include <net/genetlink.h>

#include <linux/ghostmem.h>

int gm_netlink_init(void);
void gm_netlink_exit(void);

extern struct genl_family gm_genl_family;

/*
 * Returns 0 if the sender of @request may read, or else -EPERM. This is in addition to
 * CAP_NET_ADMIN, which the family's operations require by themselves. A dump checks it in start(),
 * where the current credentials are the sender's: somebody else may read the rest of the dump.
 */
int gm_netlink_may_read(struct sk_buff *request);

/* Returns 0 if the request's ABI is ours; else -EINVAL or -EPROTO, and @why. @attrs may be NULL. */
int gm_netlink_abi(struct nlattr **attrs, const char **why);

/* Does the same, and puts the reason into the extack. */
int gm_netlink_check_abi(struct genl_info *info);

#endif /* GHOSTMEM_NETLINK_FAMILY_H */
