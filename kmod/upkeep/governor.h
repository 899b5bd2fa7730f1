/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The governor: measures what tracking costs and, in sampling mode, adjusts the sampling level to
 * keep the cost within a budget.
 *
 * Cost is a share of the time of all online CPUs, in millionths. It is the sum of two parts:
 *
 *	events: the price of one pair of allocation and free, measured when the hooks were
 *		attached, times the number of pairs. Events are not counted in sampling mode; the
 *		pages allocated and freed are used in their place, which is an upper bound
 *	samples: the time of each is measured
 *
 * The governor can reduce only the second part: each level up halves it, each level down doubles
 * it. Each second it goes up by as many levels as are needed to stay within the budget, or one
 * level down if the budget has room for more than twice the cost; never below the requested level.
 * If the events leave less than a sixteenth of the budget, samples may still use a sixteenth.
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
 * @work:	runs each second
 * @r:		the recorder that is governed, or NULL while stopped
 * @levels:	held to change the two settings, or the recorder's level according to them
 * @budget_ppm:	setting: the cost that is allowed; 0: no limit
 * @base:	setting: the requested level, the lowest one that is used
 * @pair_ns:	price of a pair of allocation and free
 * @cost_ppm:	cost of events and samples in the last second
 * @ns:		when the work last ran; the next two were read then
 * @cycles:	spent on samples so far
 * @pairs:	of allocation and free so far
 *
 * Started and stopped with the tracker's control held. The two settings are changed with it held,
 * too, also while the governor runs.
 */
struct gm_governor {
	struct delayed_work work;
	struct gm_recorder *r;
	struct mutex levels; /* protects both settings and the resulting level */
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
 * Starts to govern @r, whose hooks are attached and cost @pair_ns for each pair, and sets its
 * initial level; gm_governor_stop() stops that. All functions from here to
 * gm_governor_set_base() sleep.
 */
void gm_governor_start(struct gm_governor *g, struct gm_recorder *r, u32 pair_ns);
void gm_governor_stop(struct gm_governor *g);

/*
 * Change the settings. Values are clamped to GHOSTMEM_BUDGET_PPM_MAX, and to GHOSTMEM_LEVEL_MIN
 * and GHOSTMEM_LEVEL_MAX.
 */
void gm_governor_set_budget(struct gm_governor *g, u32 ppm);
void gm_governor_set_base(struct gm_governor *g, u32 level);

/* Returns the level to go to from @level, if samples cost @ppm and may cost @allowed. */
static inline u32 gm_governor_level(u32 level, u32 base, u64 ppm, u64 allowed)
{
	if (ppm > allowed) {
		for (; ppm > allowed && level < GHOSTMEM_LEVEL_MAX; level++)
			ppm /= 2;
	} else if (level > base && 8 * ppm < 3 * allowed) {
		/* Leaves a quarter of @allowed free, or the next second would go up again. */
		level--;
	}
	return clamp_t(u32, level, base, GHOSTMEM_LEVEL_MAX);
}

/* Samples may always use 1/GM_LEAST_PART of the budget, whatever the events cost. */
#define GM_LEAST_PART	16

/* Returns the next level, given the budget and both costs: samples get what events leave. */
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
