/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the dumps of accounts and of events have in common: their first message, and shares.
 */
#ifndef GHOSTMEM_NETLINK_SHARE_H
#define GHOSTMEM_NETLINK_SHARE_H

#include <net/genetlink.h>

/* Room in a message for its names and for GHOSTMEM_SHARES_MAX shares. */
#define GM_SHARES_MSG_MAX	8192

/* Begins a message of a dump. Returns its header, or NULL if there is no room. */
void *gm_share_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);

/*
 * Puts the first message of a dump, which is sent from within the request. Sets @generation to that
 * of the sites, or 0 while nothing is recorded. Returns the length of the message or a negative
 * error. Sleeps.
 */
int gm_share_dump_head(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd, u32 *generation);

/* Marks the dump as interrupted if its next message has sites of another generation, @now. */
void gm_share_dump_follow(struct netlink_callback *cb, u32 generation, u32 now);

/* Puts a share as @type; of @held if that is not negative. Returns 0 or -EMSGSIZE. */
int gm_put_share(struct sk_buff *skb, int type, u32 site, s64 held, u64 left);

#endif /* GHOSTMEM_NETLINK_SHARE_H */
