// SPDX-License-Identifier: GPL-2.0
/*
 * SITE_GET. See sites.h.
 */
#include "netlink/dump.h"
#include "netlink/sites.h"

/* Leaves looked through at a time with the records held: some milliseconds. */
#define GM_WALK_LEAVES	32

static void gm_pages_tally(void *ctx, gm_record_t rec)
{
	gm_dump_tally(ctx, rec);
}

static bool gm_pages_walk(struct gm_dump *dump, unsigned long *cursor)
{
	return gm_page_map_walk(dump->view.pages, cursor, GM_WALK_LEAVES, gm_pages_tally, dump);
}

static int gm_pages_put(struct sk_buff *skb, const struct gm_dump *dump, u32 id,
			const struct gm_site_counts *counts)
{
	const struct gm_site *site = &dump->view.sites->site[id];

	if (nla_put_u32(skb, GHOSTMEM_SITE_A_ORDER, site->block.order) ||
	    (site->block.level && nla_put_u8(skb, GHOSTMEM_SITE_A_LEVEL, site->block.level)) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_LIVE_PAGES, counts->live,
			      GHOSTMEM_SITE_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_ALLOC_PAGES, counts->allocated,
			      GHOSTMEM_SITE_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_FREE_PAGES, counts->freed,
			      GHOSTMEM_SITE_A_PAD) ||
	    (dump->filter.window && nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_WINDOW_PAGES,
					       dump->tally[id].window, GHOSTMEM_SITE_A_PAD)))
		return -EMSGSIZE;
	return 0;
}

static const struct gm_dump_kind gm_pages_dump = {
	.cmd = GHOSTMEM_CMD_SITE_GET,
	.of = GM_RECORDS_PAGES,
	.room = 256,
	.min = GHOSTMEM_FILTER_A_MIN_PAGES,
	.trend_floor = GHOSTMEM_TREND_A_FLOOR_PAGES,
	.trend_before = GHOSTMEM_TREND_A_BEFORE_PAGES,
	.walk = gm_pages_walk,
	.put = gm_pages_put,
};

int gm_sites_get_start(struct netlink_callback *cb)
{
	return gm_dump_start(cb, &gm_pages_dump);
}
