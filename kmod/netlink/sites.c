// SPDX-License-Identifier: GPL-2.0
/*
 * SITE_GET. See sites.h.
 */
#include "netlink/dump.h"
#include "netlink/sites.h"

/* Leaves that are walked at a time with the records held, which takes some milliseconds. */
#define GM_WALK_LEAVES	32

static void gm_pages_tally(void *ctx, gm_record_t rec)
{
	gm_dump_tally(ctx, rec);
}

static bool gm_pages_walk(struct gm_dump *dump, unsigned long *cursor)
{
	return gm_page_map_walk(dump->view.pages, cursor, GM_WALK_LEAVES, gm_pages_tally, dump);
}

static int gm_put_pages(struct sk_buff *skb, int type, u64 pages)
{
	return nla_put_u64_64bit(skb, type, pages, GHOSTMEM_SITE_PAGES_A_PAD);
}

static int gm_pages_put(struct sk_buff *skb, const struct gm_dump *dump, u32 id,
			const struct gm_site_counts *counts)
{
	const struct gm_block block = dump->view.sites->site[id].block;
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_SITE_PAGES);

	if (!nest || nla_put_u32(skb, GHOSTMEM_SITE_PAGES_A_ORDER, block.order) ||
	    (block.level && nla_put_u8(skb, GHOSTMEM_SITE_PAGES_A_LEVEL, block.level)) ||
	    gm_put_pages(skb, GHOSTMEM_SITE_PAGES_A_LIVE_PAGES, counts->live) ||
	    gm_put_pages(skb, GHOSTMEM_SITE_PAGES_A_ALLOC_PAGES, counts->allocated) ||
	    gm_put_pages(skb, GHOSTMEM_SITE_PAGES_A_FREE_PAGES, counts->freed) ||
	    (dump->filter.window && gm_put_pages(skb, GHOSTMEM_SITE_PAGES_A_WINDOW_PAGES,
						 dump->tally[id].window)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static const struct gm_dump_kind gm_pages_dump = {
	.cmd = GHOSTMEM_CMD_SITE_GET,
	.of = GM_RECORDS_PAGES,
	.room = 256,
	.walk = gm_pages_walk,
	.put = gm_pages_put,
};

int gm_sites_get_start(struct netlink_callback *cb)
{
	return gm_dump_start(cb, &gm_pages_dump);
}
