/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The attributes of a site that the dumps of all kinds have.
 */
#ifndef GHOSTMEM_NETLINK_SITE_H
#define GHOSTMEM_NETLINK_SITE_H

#include "netlink/dump.h"

/*
 * Puts GHOSTMEM_A_SITE and the nest that only sites of this kind have. The view of @dump has to be
 * held. Returns 0 or -EMSGSIZE.
 */
int gm_put_site(struct sk_buff *skb, struct gm_dump *dump, u32 id,
		const struct gm_site_counts *counts);

#endif /* GHOSTMEM_NETLINK_SITE_H */
