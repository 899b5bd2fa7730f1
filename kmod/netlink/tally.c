// SPDX-License-Identifier: GPL-2.0
/*
 * The tally. See tally.h.
 */
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "netlink/tally.h"

static const u32 gm_age_below[GHOSTMEM_AGES - 1] = { 10, 60, 600, 3600, 86400 };

void gm_tally_add(struct gm_tally *tally, const struct gm_filter *filter, gm_record_t rec,
		  u64 clock)
{
	u32 age = gm_record_age(rec, clock);
	u64 at = clock - age;
	unsigned int i;

	if (filter->window) {
		if (at < filter->since || at >= filter->until)
			return;
		tally->window++;
	}
	if (!tally->any || age > tally->age) {
		tally->age = age;
		tally->pid = gm_record_pid(rec);
		tally->any = true;
	}
	for (i = 0; i < ARRAY_SIZE(gm_age_below) && age >= gm_age_below[i]; i++)
		;
	tally->ages[i]++;
}

bool gm_filter_shows(const struct gm_filter *filter, const struct gm_tally *tally,
		     const struct gm_site_counts *counts)
{
	/* Such an id was handed out, but lost the race to be published. */
	if (!counts->allocs)
		return false;
	if (filter->window)
		return tally->window >= max(filter->min_units, 1ULL);
	return counts->live >= filter->min_units;
}
