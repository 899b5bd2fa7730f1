/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family; include/uapi/linux/ghostmem.h is its manual.
 */
#ifndef GHOSTMEM_NETLINK_FAMILY_H
#define GHOSTMEM_NETLINK_FAMILY_H

#include <net/genetlink.h>

#include "tracker.h"

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

/* status.c */
int gm_netlink_status(struct sk_buff *skb, struct genl_info *info);

/*
 * STATUS_A_LOST, or whatever else is such a list: the reasons that events @of a kind were lost
 * for, and @unnamed frames. 0 or -EMSGSIZE.
 */
int gm_put_lost(struct sk_buff *skb, int attr, const struct gm_counters *sum, enum gm_lost_of of,
		u64 unnamed);

/* The sum over all sites. Sleeps. */
void gm_sum_sites(const struct gm_sites *sites, struct gm_site_counts *sum);

/* sites.c */
int gm_netlink_sites_start(struct netlink_callback *cb);

/* sockets.c; likewise. */
int gm_netlink_sockets_start(struct netlink_callback *cb);
int gm_netlink_sockets_dump(struct sk_buff *skb, struct netlink_callback *cb);
int gm_netlink_sockets_done(struct netlink_callback *cb);

/* pages.c; likewise. */
int gm_netlink_zones_start(struct netlink_callback *cb);
int gm_netlink_zones_dump(struct sk_buff *skb, struct netlink_callback *cb);
int gm_netlink_zones_done(struct netlink_callback *cb);

/* skbs.c; the second is STATUS_A_SKB, or -EMSGSIZE. */
int gm_netlink_skbs_start(struct netlink_callback *cb);
int gm_put_skb_status(struct sk_buff *skb, const struct gm_skb_tracker *t);

#endif /* GHOSTMEM_NETLINK_FAMILY_H */
