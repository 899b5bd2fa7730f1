/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The skb tracker: switches the recording of sk_buff lifetimes and its hooks on and off.
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
 * @armed:	@skbs exists, and is told of all module text that comes and goes, also while it is
 *		not @on; changed under @records
 * @on:		@skbs and @symbols may be read; under @records
 * @generation:	counts how often records have been forgotten, from 1; under @records
 * @skbs:	while not @on, belongs to whoever switches it on or off
 * @symbols:	frozen names of the frames
 * @growth:	trends of the sites
 * @devices:	network devices that exist or existed
 * @clamp:	keeps the ages of old records from wrapping
 * @checks:	the check that kprobes are called has been started for it
 * @deaf_ms:	what gm_deafness was when recording began; under @records
 * @max_skbs:	capacity of the map
 * @max_sites:	capacity of the site table
 *
 * It is switched on and off under @control of struct gm_tracker.
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

/* Leaves it off. Clamps @max_skbs to what is possible; 0 chooses a number by the size of memory. */
void gm_skb_tracker_init(struct gm_skb_tracker *t, struct rw_semaphore *records,
			 unsigned long max_skbs, u32 max_sites);

/*
 * Switches on or off. If it is on already, its records are kept, unless it has turned itself off:
 * then it starts again. Returns 0, or a negative error with the reason in @why; it is off then.
 * Sleeps.
 */
int gm_skb_tracker_set(struct gm_skb_tracker *t, bool on, const char **why);

/* Forgets all records and starts again if it is on, also after it turned itself off. Sleeps. */
void gm_skb_tracker_reset(struct gm_skb_tracker *t);

#endif /* GHOSTMEM_SKB_TRACKER_H */
