// SPDX-License-Identifier: GPL-2.0
/*
 * Growth. See growth.h.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include "compat/workqueue.h"
#include "upkeep/growth.h"

#define GM_LOOK_PERIOD	(2 * HZ)

/*
 * The windows' lengths in seconds: the short one shows a leak soon after it begins, the long one
 * shows slow leaks among much traffic.
 */
static const u32 gm_trend_length[GM_TRENDS] = { 10, 600 };

static void gm_trend_look(struct gm_site *site, unsigned int i, u32 live, bool over)
{
	struct gm_trend *trend = &site->trend[i];
	u8 windows = site->windows[i];
	u8 rises = 0;

	trend->floor = min(trend->floor, live);
	if (!over)
		return;
	if (windows) {
		/* The order of the two matters to readers: see struct gm_growth. */
		WRITE_ONCE(trend->before, trend->last);
		WRITE_ONCE(trend->last, trend->floor);
	}
	trend->floor = live;
	if (windows + 1 < GM_TREND_KNOWN) {
		WRITE_ONCE(site->windows[i], windows + 1);
		return;
	}
	if (trend->last > trend->before)
		rises = min_t(unsigned int, site->rises[i] + 1, U8_MAX);
	WRITE_ONCE(site->rises[i], rises);
	/* Pairs with the acquire in gm_trend_known(): the two floors are those of whole windows. */
	smp_store_release(&site->windows[i], GM_TREND_KNOWN);
}

void gm_growth_look(struct gm_growth *g, u64 clock)
{
	struct gm_sites *sites = g->sites;
	struct gm_site_counts counts;
	bool over[GM_TRENDS];
	unsigned int i;
	u32 id, live;

	for (i = 0; i < GM_TRENDS; i++)
		over[i] = clock - g->end[i] >= gm_trend_length[i];
	for (id = GHOSTMEM_SITE_OTHER; id < gm_sites_end(sites); id++) {
		cond_resched();
		gm_site_read(sites, id, &counts);
		/* Its first window has not begun yet. */
		if (!counts.allocs)
			continue;
		live = min_t(u64, counts.live, U32_MAX);
		for (i = 0; i < GM_TRENDS; i++)
			gm_trend_look(&sites->site[id], i, live, over[i]);
	}
	for (i = 0; i < GM_TRENDS; i++) {
		if (!over[i])
			continue;
		WRITE_ONCE(g->span[i], clock - g->end[i]);
		g->end[i] = clock;
	}
}

static void gm_growth_work(struct work_struct *work)
{
	struct gm_growth *g = container_of(to_delayed_work(work), struct gm_growth, work);

	gm_growth_look(g, (jiffies - g->epoch) / HZ);
	queue_delayed_work(gm_unbound_wq, &g->work, round_jiffies_relative(GM_LOOK_PERIOD));
}

void gm_growth_start(struct gm_growth *g, struct gm_sites *sites, unsigned long epoch)
{
	unsigned int i;

	for (i = 0; i < GM_TRENDS; i++) {
		g->end[i] = 1;
		g->span[i] = 0;
	}
	g->sites = sites;
	g->epoch = epoch;
	queue_delayed_work(gm_unbound_wq, &g->work, round_jiffies_relative(GM_LOOK_PERIOD));
}

void gm_growth_stop(struct gm_growth *g)
{
	if (!g->sites)
		return;
	cancel_delayed_work_sync(&g->work);
	g->sites = NULL;
}

void gm_growth_init(struct gm_growth *g)
{
	/* Not deferrable, for the reason given in gm_governor_init(). */
	INIT_DELAYED_WORK(&g->work, gm_growth_work);
	g->sites = NULL;
}
