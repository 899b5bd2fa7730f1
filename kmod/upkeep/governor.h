/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The governor: what tracking costs, and while it samples, how seldom it has to.
 *
 * Cost is a share of the time of all CPUs that are online, in millionths:
 *
 *	what every event costs: the price of a pair of allocation and free, measured when the hooks
 *		were attached, by the pairs that there have been. Sampling does not count events;
 *		there pages take their place, a bound from above
 *	what samples cost: measured each time
 *
 * Only the second is the governor's to save, and its levels halve or double it. Each second it
 * goes as many levels up as bring it within the budget, or one down where there is room for
 * more than twice as much; never below the level that was asked for. Where the events alone
 * leave less than a sixteenth of the budget, samples have that still.
 */
#ifndef GHOSTMEM_UPKEEP_GOVERNOR_H
#define GHOSTMEM_UPKEEP_GOVERNOR_H

#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "record/recorder.h"

#define GM_BUDGET_DEFAULT_PPM	10000

/**
 * struct gm_governor - an instance
 * @work:	each second
 * @r:		governed, or NULL
 * @levels:	held to change the two settings, or the recorder's level by them
 * @budget_ppm:	may be spent; 0: no limit
 * @base:	the level that was asked for
 * @pair_ns:	price of a pair
 * @cost_ppm:	spent lately, events and samples
 * @ns:		when it last looked, and what it saw then:
 * @cycles:	of samples
 * @pairs:	of events
 *
 * Whoever holds the tracker's control starts and stops it, and sets the two settings,
 * also while it runs.
 */
struct gm_governor {
	struct delayed_work work;
	struct gm_recorder *r;
	struct mutex levels; /* of the settings, and of the level they make */
	u32 budget_ppm;
	u32 base;
	u32 pair_ns;
	u32 cost_ppm;
	u64 ns;
	u64 cycles;
	u64 pairs;
};

void gm_governor_init(struct gm_governor *g);

/*
 * From now on it governs @r, of which the hooks are attached and cost @pair_ns. Sets the level
 * to begin with. All sleep.
 */
void gm_governor_start(struct gm_governor *g, struct gm_recorder *r, u32 pair_ns);
void gm_governor_stop(struct gm_governor *g);

/* Within GHOSTMEM_BUDGET_PPM_MAX, and GHOSTMEM_LEVEL_MIN and GHOSTMEM_LEVEL_MAX. */
void gm_governor_set_budget(struct gm_governor *g, u32 ppm);
void gm_governor_set_base(struct gm_governor *g, u32 level);

/* The level to go to from @level, where samples cost @ppm and may cost @allowed. */
static inline u32 gm_governor_level(u32 level, u32 base, u64 ppm, u64 allowed)
{
	if (ppm > allowed) {
		for (; ppm > allowed && level < GHOSTMEM_LEVEL_MAX; level++)
			ppm /= 2;
	} else if (level > base && 8 * ppm < 3 * allowed) {
		/* Twice that is not to the brim, or it would be back the next second. */
		level--;
	}
	return clamp_t(u32, level, base, GHOSTMEM_LEVEL_MAX);
}

/* Samples have this part of the budget, whatever the events cost. */
#define GM_LEAST_PART	16

/* The same of what both cost by the budget: what events take of it is not the samples'. */
static inline u32 gm_governor_next(u32 level, u32 base, u32 budget_ppm, u64 events_ppm,
				   u64 samples_ppm)
{
	u64 budget = budget_ppm;

	if (!budget)
		return base;
	return gm_governor_level(level, base, samples_ppm,
				 max(budget - min(budget, events_ppm), budget / GM_LEAST_PART));
}

#endif /* GHOSTMEM_UPKEEP_GOVERNOR_H */
