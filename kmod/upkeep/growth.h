/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Growth: the least that each site held in each time window, its floor.
 *
 * What a cache holds fluctuates, but its floor stays about the same from window to window. The
 * floor of a leak rises with every window. So the floors of the last complete window and of the
 * one before are compared.
 */
#ifndef GHOSTMEM_UPKEEP_GROWTH_H
#define GHOSTMEM_UPKEEP_GROWTH_H

#include <linux/types.h>
#include <linux/workqueue.h>

#include "tables/site_table.h"

/**
 * struct gm_growth - an instance
 * @work:	looks at all sites periodically
 * @sites:	the sites that the work looks at, or NULL while it is stopped
 * @epoch:	the jiffy at which the sites' clock shows 0
 * @end:	by trend, the clock when the last complete window ended
 * @span:	by trend, seconds from the end of the window before to @end; 0 until one has ended
 *
 * Started and stopped with the tracker's control held. Only the work writes the sites' trends. A
 * concurrent reader may see the same floor for the last window and for the one before, and so no
 * growth.
 */
struct gm_growth {
	struct delayed_work work;
	struct gm_sites *sites;
	unsigned long epoch;
	u64 end[GM_TRENDS];
	u32 span[GM_TRENDS];
};

void gm_growth_init(struct gm_growth *g);

/* Called when recording has just started, and when it is about to be stopped. Both sleep. */
void gm_growth_start(struct gm_growth *g, struct gm_sites *sites, unsigned long epoch);
void gm_growth_stop(struct gm_growth *g);

/* Does one round of the work, with the sites' clock at @clock. Process context. */
void gm_growth_look(struct gm_growth *g, u64 clock);

/* Whether two whole windows of trend @i have ended since @site began. Any context. */
static inline bool gm_trend_known(const struct gm_site *site, unsigned int i)
{
	/* Pairs with the release in gm_trend_look(). */
	return smp_load_acquire(&site->windows[i]) >= GM_TREND_KNOWN;
}

#endif /* GHOSTMEM_UPKEEP_GROWTH_H */
