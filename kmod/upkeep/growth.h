/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Growth: what each site has never held less than, window after window.
 *
 * What a cache holds fluctuates, but the least that it held in a window (its floor) stays about
 * the same. The floor of a leak rises with every window. So the floors of the last complete
 * window and of the one before are compared.
 */
#ifndef GHOSTMEM_UPKEEP_GROWTH_H
#define GHOSTMEM_UPKEEP_GROWTH_H

#include <linux/types.h>
#include <linux/workqueue.h>

#include "tables/site_table.h"

/**
 * struct gm_growth - an instance
 * @work:	looks at all sites
 * @sites:	looked at, or NULL
 * @epoch:	the jiffy at which their clock shows 0
 * @end:	by trend, the clock when the last window was over
 * @span:	likewise, seconds from the end of the one before to that; 0 until there are two
 *
 * Whoever holds the tracker's control starts and stops it. Sites' trends are written by the
 * work alone; who reads meanwhile may see a window that is just over as the one before
 * as well, and so no growth.
 */
struct gm_growth {
	struct delayed_work work;
	struct gm_sites *sites;
	unsigned long epoch;
	u64 end[GM_TRENDS];
	u32 span[GM_TRENDS];
};

void gm_growth_init(struct gm_growth *g);

/* Recording has just started, or is about to be stopped. Sleep. */
void gm_growth_start(struct gm_growth *g, struct gm_sites *sites, unsigned long epoch);
void gm_growth_stop(struct gm_growth *g);

/* What the work does, at @clock. Process context. */
void gm_growth_look(struct gm_growth *g, u64 clock);

#endif /* GHOSTMEM_UPKEEP_GROWTH_H */
