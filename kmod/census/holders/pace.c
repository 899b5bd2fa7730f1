// SPDX-License-Identifier: GPL-2.0
/*
 * The pace of a search. See pace.h.
 */
#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/minmax.h>

#include "census/holders/pace.h"

/* How often the time is looked at. */
#define GM_PACE_CALLS	16

/* A stretch of work, and how many times as long the pause after it is: 25 % of a CPU. */
#define GM_PACE_WORK_NS	(4 * NSEC_PER_MSEC)
#define GM_PACE_REST	3

/* Time in which other tasks ran counts as work; a pause must not grow with it beyond this. */
#define GM_PACE_REST_MAX_US	50000UL

void gm_pace_begin(struct gm_pace *pace)
{
	pace->began = ktime_get_ns();
	pace->busy = 0;
	pace->calls = 0;
}

u64 gm_pace_busy_ns(const struct gm_pace *pace)
{
	return pace->busy + ktime_get_ns() - pace->began;
}

bool gm_pace(struct gm_pace *pace)
{
	unsigned long rest;
	u64 worked;

	cond_resched();
	if (READ_ONCE(pace->stop) || kthread_should_stop())
		return false;
	if (++pace->calls < GM_PACE_CALLS)
		return true;
	pace->calls = 0;
	worked = ktime_get_ns() - pace->began;
	if (worked < GM_PACE_WORK_NS)
		return true;
	pace->busy += worked;
	rest = min_t(u64, GM_PACE_REST * worked / NSEC_PER_USEC, GM_PACE_REST_MAX_US);
	usleep_range(rest, rest + rest / 4);
	pace->began = ktime_get_ns();
	return true;
}
