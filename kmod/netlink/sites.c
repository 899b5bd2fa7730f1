// SPDX-License-Identifier: GPL-2.0
/*
 * SITE_GET: a dump of sites of pages, in ascending order of id.
 */
#include "netlink/family.h"
#include "netlink/dump.h"

/* Leaves looked through at a time with the books held: some milliseconds. */
#define GM_WALK_LEAVES	32

static bool gm_pages_view(const struct gm_tracker *t, struct gm_view *view)
{
	const struct gm_recorder *r = &t->recorder;

	view->generation = t->generation;
	if (!t->open || t->mode == GHOSTMEM_MODE_OFF)
		return false;
	view->sites = &r->origins.sites;
	view->symbols = &t->symbols;
	view->growth = &t->growth;
	view->clock = gm_recorder_clock(r);
	view->broken = READ_ONCE(r->fuse.blown);
	return true;
}

static void gm_pages_tally(void *ctx, gm_record_t rec)
{
	gm_dump_tally(ctx, rec);
}

static bool gm_pages_walk(struct gm_dump *dump, struct gm_tracker *t, unsigned long *cursor)
{
	return gm_page_map_walk(&t->recorder.map, cursor, GM_WALK_LEAVES, gm_pages_tally, dump);
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
	.room = 256,
	.min = GHOSTMEM_FILTER_A_MIN_PAGES,
	.trend_floor = GHOSTMEM_TREND_A_FLOOR_PAGES,
	.trend_before = GHOSTMEM_TREND_A_BEFORE_PAGES,
	.view = gm_pages_view,
	.walk = gm_pages_walk,
	.put = gm_pages_put,
};

int gm_netlink_sites_start(struct netlink_callback *cb)
{
	return gm_dump_start(cb, &gm_pages_dump);
}
