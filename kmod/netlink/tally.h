/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tally of a site, which is what its records tell in addition to its counts, and the filter
 * that decides whether a dump shows a site.
 */
#ifndef GHOSTMEM_NETLINK_TALLY_H
#define GHOSTMEM_NETLINK_TALLY_H

#include <linux/types.h>

#include <linux/ghostmem.h>

#include "tables/page_record.h"
#include "tables/site_table.h"

/**
 * struct gm_filter - what is asked for
 * @min_units:	a site has to hold at least so many units
 * @since:	begin of the window, in seconds of the clock
 * @until:	end of the window, exclusive
 * @window:	a window is asked for
 */
struct gm_filter {
	u64 min_units;
	u64 since;
	u64 until;
	bool window;
};

/**
 * struct gm_tally - what the records of one site tell; if there is a window, only those within it
 * @window:	units within the filter's window
 * @ages:	units by age
 * @age:	age of the oldest unit
 * @pid:	task that allocated the oldest unit
 * @any:	there is at least one record
 */
struct gm_tally {
	u64 window;
	u32 ages[GHOSTMEM_AGES];
	u32 age;
	u32 pid;
	bool any;
};

/* Counts the record of one unit, with its age at @clock, if it is within the filter's window. */
void gm_tally_add(struct gm_tally *tally, const struct gm_filter *filter, gm_record_t rec,
		  u64 clock);

/* Whether a site is shown. With a window, only sites that have units within it are shown. */
bool gm_filter_shows(const struct gm_filter *filter, const struct gm_tally *tally,
		     const struct gm_site_counts *counts);

#endif /* GHOSTMEM_NETLINK_TALLY_H */
