/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker: switches the recorder and its hooks on and off. Reading is in reader.h and
 * tracker_status.h.
 */
#ifndef GHOSTMEM_TRACKER_H
#define GHOSTMEM_TRACKER_H

#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/workqueue.h>

#include <linux/ghostmem.h>

#include "record/recorder.h"
#include "skb_tracker.h"
#include "stack/symbols.h"
#include "upkeep/governor.h"
#include "upkeep/growth.h"

/**
 * struct gm_tracker - the tracker
 * @control:	serialises arming, disarming and reset. Taken before @records
 * @records:	held for reading while sites, frames or frozen names are read, and for writing
 *		while they become readable, are forgotten, or are frozen. The module notifier takes
 *		it, so nothing that takes long is done under it, such as attaching hooks,
 *		allocating or clearing the map. Accounts of devices read under it with the locks of
 *		a device and of all accounts held, also while a CPU is plugged; so nobody who holds
 *		it waits for one of these or for the lock of CPU hotplug. Only the files tracker*,
 *		reader, text_change and skb_tracker take either lock
 * @armed:	@recorder exists, and is told of all module text that comes and goes, also while
 *		it is not @open; changed under both locks, as @mode is
 * @open:	@recorder and @symbols may be read; under @records
 * @recorder:	while not @open, belongs to whoever holds @control
 * @symbols:	frozen names of the recorder's frames
 * @governor:	governor of the recorder, while the mode is not off; under @control
 * @growth:	trends of the recorder's sites, while the mode is not off; under @control
 * @mode:	enum ghostmem_mode
 * @generation:	counts how often records have been forgotten, from 1; changed under both locks
 * @change:	enum ghostmem_change that the holder of @control is carrying out, or 0; read
 *		without a lock
 * @max_sites:	capacity of the site table
 * @clamp:	keeps the ages of old records from wrapping
 * @deaf_ms:	what gm_deafness was when recording began; under @records
 * @skb:	the same for sk_buffs: under both locks, but with a mode of its own
 */
struct gm_tracker {
	struct mutex control; /* of arming, disarming and reset */
	struct rw_semaphore records;
	bool armed;
	bool open;
	struct gm_recorder recorder;
	struct gm_symbols symbols;
	struct gm_governor governor;
	struct gm_growth growth;
	u32 mode;
	u32 generation;
	u32 change;
	u32 max_sites;
	struct delayed_work clamp;
	u64 deaf_ms;
	struct gm_skb_tracker skb;
};

/* The only instance, because the hook sets are static. */
extern struct gm_tracker gm_tracker;

/* Returns a capacity of the site table that suits the size of memory. */
u32 gm_tracker_default_sites(void);

/* Leaves the mode off. Clamps @max_sites to what is possible; @max_skbs may be 0. */
void gm_tracker_init(struct gm_tracker *t, u32 max_sites, unsigned long max_skbs);

/**
 * struct gm_settings - settings, any of which may be given
 * @set_mode:	@mode is given; the next three say the same of their fields
 * @mode:	enum ghostmem_mode
 * @level:	sampling level, from GHOSTMEM_LEVEL_MIN to GHOSTMEM_LEVEL_MAX
 * @budget_ppm:	up to GHOSTMEM_BUDGET_PPM_MAX, 0 for no limit
 * @skb:	the lifetimes of sk_buffs are watched
 */
struct gm_settings {
	bool set_mode;
	bool set_level;
	bool set_budget;
	bool set_skb;
	u32 mode;
	u32 level;
	u32 budget_ppm;
	bool skb;
};

/*
 * Applies the settings that are given. Setting a mode forgets all records, also if it was set
 * already. Returns 0, or a negative error with the reason in @why. After an error nothing has
 * changed, with two exceptions: if tracking was on, and its hooks could not be attached again in
 * another mode, it is off; if the recording of sk_buffs had turned itself off, and was switched on
 * again, those records are forgotten. Sleeps.
 */
int gm_tracker_set(struct gm_tracker *t, const struct gm_settings *settings, const char **why);

/*
 * Forgets all records and starts again if tracking is on, also after it turned itself off.
 * Sleeps.
 */
void gm_tracker_reset(struct gm_tracker *t);

/* Turns everything off, and leaves nothing running. Sleeps. */
void gm_tracker_exit(struct gm_tracker *t);

#endif /* GHOSTMEM_TRACKER_H */
