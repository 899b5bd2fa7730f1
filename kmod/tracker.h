/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker: the one recorder and its hooks, switched on and off, and read.
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
 * @control:	serialises arming, disarming and reset. Taken before @books
 * @books:	who reads sites, frames or frozen names of open books holds it for
 *		reading; who opens, closes or freezes, for writing. The module notifier
 *		takes it: nothing that lasts is done under it, such as attaching
 *		hooks, allocating or clearing the map
 * @armed:	@recorder is there, and has all text that comes and goes told to it, also while
 *		not @open; under both, as @mode
 * @open:	@recorder and @symbols may be looked at; under @books
 * @recorder:	of @control while not @open
 * @symbols:	frozen names of the recorder's frames
 * @governor:	of the recorder, while mode is not off; under @control
 * @growth:	likewise
 * @mode:	enum ghostmem_mode; under @control, changed under @books as well
 * @generation:	counts what has been forgotten, from 1; under both as well
 * @change:	enum ghostmem_change that whoever has @control is about, or 0; read without it
 * @max_sites:	room of the site table
 * @clamp:	keeps the ages of old records from wrapping
 * @deaf_ms:	gm_deafness's, when recording began; changed under @books
 * @skb:	of sk_buffs: under @control and @books as well, but of its own mode
 */
struct gm_tracker {
	struct mutex control; /* of arming, disarming and reset */
	struct rw_semaphore books;
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

/* There is one; its hooks are. */
extern struct gm_tracker gm_tracker;

/* Sites that fit the machine. */
u32 gm_tracker_default_sites(void);

/* Mode is off. @max_sites is brought within what is possible; @max_skbs may be 0. */
void gm_tracker_init(struct gm_tracker *t, u32 max_sites, unsigned long max_skbs);

/**
 * struct gm_settings - what there is to set
 * @set_mode:	@mode is given, and so on
 * @mode:	enum ghostmem_mode
 * @level:	of sampling, within GM_LEVEL_MIN and GM_LEVEL_MAX
 * @budget_ppm:	up to GM_BUDGET_MAX_PPM, 0 for none
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
 * Applies what is given. A mode, also where it was on already, forgets all records. 0, or a
 * negative error with @why for a person to read; nothing has changed then, unless tracking
 * was on and its hooks could not be attached again in another mode: then it is off; or unless the
 * watching of sk_buffs had turned itself off, and was switched on again: then those records are
 * gone. Sleeps.
 */
int gm_tracker_set(struct gm_tracker *t, const struct gm_settings *settings, const char **why);

/* Forgets all records and starts again, if tracking is on; after it broke too. Sleeps. */
void gm_tracker_reset(struct gm_tracker *t);

/* Off, with nothing left running. */
void gm_tracker_exit(struct gm_tracker *t);

#endif /* GHOSTMEM_TRACKER_H */
