/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tracker reports about itself, as plain values.
 */
#ifndef GHOSTMEM_TRACKER_STATUS_H
#define GHOSTMEM_TRACKER_STATUS_H

#include <linux/types.h>

#include "hooks/hook.h"
#include "tables/counters.h"
#include "tables/site_table.h"
#include "tracker.h"

/* More than the hooks of pages and of sk_buffs together; see gm_status_add_hook(). */
#define GM_STATUS_HOOKS	32

/**
 * struct gm_hook_status - a hook, and whether the kernel calls it
 * @info:	the hook
 * @deaf:	it is attached, but the host has its kprobes disarmed
 * @deaf_ms:	total time, in ms, for which that was so since recording began
 */
struct gm_hook_status {
	struct gm_hook_info info;
	bool deaf;
	u64 deaf_ms;
};

/**
 * struct gm_records_status - the records of pages, or those of sk_buffs; all 0 while there are none
 * @generation:	counts how often they have been forgotten, from 1; never 0
 * @clock:	seconds since recording began, plus 1
 * @broken:	why recording has turned itself off, or NULL
 * @total:	the sum over all sites
 * @sites:	sites in use
 * @sites_max:	capacity of the site table; never 0
 * @room:	for sk_buffs: capacity of the map
 * @table_bytes: memory that the records, the sampler and the unwind cache take; for sk_buffs,
 *		including the sites
 * @sites_bytes: memory that the sites take
 * @unnamed:	frames of modules that have gone, whose names could not be kept
 * @sum:	what the hooks have counted
 */
struct gm_records_status {
	u32 generation;
	u64 clock;
	const char *broken;
	struct gm_site_counts total;
	u32 sites;
	u32 sites_max;
	u64 room;
	u64 table_bytes;
	u64 sites_bytes;
	u64 unnamed;
	struct gm_counters sum;
};

/**
 * struct gm_status - the tracker
 * @change:	enum ghostmem_change that is under way, or 0. Hooks and settings are read
 *		concurrently: each is as before the change or as after it
 * @mode:	enum ghostmem_mode
 * @sampled:	a sample of the allocations is recorded, at @level
 * @level:	sampling level
 * @base:	the sampling level that was asked for
 * @budget_ppm:	budget that the governor keeps within; 0: no limit
 * @cost_ppm:	what tracking has cost lately
 * @pair_ns:	what the hooks add to the cost of a pair of an allocation and a free, in ns
 * @pages:	records of pages
 * @skb_on:	lifetimes of sk_buffs are recorded
 * @skbs:	records of sk_buffs; @skbs is all 0 unless @skb_on
 * @nr_hooks:	entries of @hook
 * @hook:	hooks, those of pages first
 */
struct gm_status {
	u32 change;
	u32 mode;
	bool sampled;
	u8 level;
	u8 base;
	u32 budget_ppm;
	u32 cost_ppm;
	u32 pair_ns;
	struct gm_records_status pages;
	bool skb_on;
	struct gm_records_status skbs;
	unsigned int nr_hooks;
	struct gm_hook_status hook[GM_STATUS_HOOKS];
};

/* Fills @status. Does not wait for a change that is under way. Sleeps. */
void gm_tracker_status(struct gm_tracker *t, struct gm_status *status);

#endif /* GHOSTMEM_TRACKER_STATUS_H */
