/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the hooks count besides sites: events handled, and every event that could not
 * be accounted for, by reason. Per CPU, so that counting costs one instruction.
 */
#ifndef GHOSTMEM_COUNTERS_H
#define GHOSTMEM_COUNTERS_H

#include <linux/percpu.h>
#include <linux/types.h>

/* Reasons for which an event was not, or not fully, accounted for. */
enum gm_lost {
	GM_LOST_RECURSION,
	GM_LOST_NMI,
	GM_LOST_NO_LEAF,
	GM_LOST_STALE,
	GM_LOST_OFFLINED,
	GM_LOST_SITES_FULL,
	GM_LOST_NO_STACK,
	GM_LOST_BULK_LONG,
	GM_LOST_STACK_WRONG,
	__GM_LOST_MAX,
};

enum gm_event {
	GM_EVENT_ALLOC,
	GM_EVENT_FREE,
	GM_EVENT_BULK,
	GM_EVENT_CONTIG,
	GM_EVENT_MOVE,
	__GM_EVENT_MAX,
};

struct gm_counters {
	u64 lost[__GM_LOST_MAX];
	u64 events[__GM_EVENT_MAX];
	u64 unknown_pages;
	u64 stacks_unwound;
	u64 stacks_verified;
};

struct gm_lost_reason {
	const char *name;	/* stable: part of the protocol */
	const char *meaning;
};

extern const struct gm_lost_reason gm_lost_reasons[__GM_LOST_MAX];

/* Sums over all CPUs; a reading while hooks run is a moment old. */
void gm_counters_sum(const struct gm_counters __percpu *counters, struct gm_counters *sum);
void gm_counters_clear(struct gm_counters __percpu *counters);

#endif /* GHOSTMEM_COUNTERS_H */
