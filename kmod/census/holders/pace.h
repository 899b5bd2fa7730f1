/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pace of a search: it gives way to every other task, takes a part of one CPU's time only, and
 * ends when it is told to.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_PACE_H
#define GHOSTMEM_CENSUS_HOLDERS_PACE_H

#include <linux/sched.h>
#include <linux/types.h>

/**
 * struct gm_pace - the pace
 * @stop:	set by anybody: the search is to be given up
 * @began:	when the present stretch of work began, in nanoseconds
 * @busy:	nanoseconds of work before that
 * @calls:	calls of gm_pace() since the time was last looked at
 */
struct gm_pace {
	bool stop;
	u64 began;
	u64 busy;
	u32 calls;
};

void gm_pace_begin(struct gm_pace *pace);
u64 gm_pace_busy_ns(const struct gm_pace *pace);

/*
 * Called at least once for every page that is looked at, without any lock held. Sleeps now and
 * then. Returns false if the search is to be given up.
 */
bool gm_pace(struct gm_pace *pace);

/* The same within a stretch of work that must not be interrupted for long, with a mutex held. */
static inline void gm_pace_yield(void)
{
	cond_resched();
}

#endif /* GHOSTMEM_CENSUS_HOLDERS_PACE_H */
