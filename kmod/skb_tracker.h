/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The skb tracker: the lifetimes of sk_buffs and their hooks, switched on and off, and read.
 */
#ifndef GHOSTMEM_SKB_TRACKER_H
#define GHOSTMEM_SKB_TRACKER_H

#include <linux/rwsem.h>
#include <linux/workqueue.h>

#include "accounts/devices.h"
#include "record/skbs.h"
#include "stack/symbols.h"
#include "upkeep/growth.h"

/**
 * struct gm_skb_tracker - the skb tracker
 * @records:	the lock of struct gm_tracker, which serves these records as well
 * @armed:	@skbs is there, and has all text that comes and goes told to it, also while not
 *		@on; changed under @records
 * @on:		@skbs and @symbols may be looked at; under @records
 * @generation:	counts what has been forgotten, from 1; likewise
 * @skbs:	of who switches while not @on
 * @symbols:	frozen names of the frames
 * @growth:	of the sites
 * @devices:	which there are, and were
 * @clamp:	keeps the ages of old records from wrapping
 * @checks:	that kprobes are called is checked for it
 * @deaf_ms:	gm_deafness's, when recording began; under @records
 * @max_skbs:	room of the map
 * @max_sites:	room of the site table
 *
 * Who switches, holds the tracker's control.
 */
struct gm_skb_tracker {
	struct rw_semaphore *records;
	bool armed;
	bool on;
	u32 generation;
	struct gm_skbs skbs;
	struct gm_symbols symbols;
	struct gm_growth growth;
	struct gm_devices devices;
	struct delayed_work clamp;
	bool checks;
	u64 deaf_ms;
	unsigned long max_skbs;
	u32 max_sites;
};

/* Is off. @max_skbs, or 0 for as many as fit the machine, is brought within what is possible. */
void gm_skb_tracker_init(struct gm_skb_tracker *t, struct rw_semaphore *records,
			 unsigned long max_skbs, u32 max_sites);

/*
 * Switches on or off; what is on stays so, unless it has turned itself off. 0, or a negative
 * error with @why for a person to read; then it is off. Sleeps.
 */
int gm_skb_tracker_set(struct gm_skb_tracker *t, bool on, const char **why);

/* Forgets all records and starts again, if it is on; after it broke too. Sleeps. */
void gm_skb_tracker_reset(struct gm_skb_tracker *t);

#endif /* GHOSTMEM_SKB_TRACKER_H */
