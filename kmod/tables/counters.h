/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the hooks count besides sites: the events handled, and by reason every event that could not
 * be accounted for. The counters are per CPU, so that counting costs one instruction. There is one
 * instance for pages and one for sk_buffs.
 */
#ifndef GHOSTMEM_TABLES_COUNTERS_H
#define GHOSTMEM_TABLES_COUNTERS_H

#include <linux/percpu.h>
#include <linux/types.h>

/* Reasons why an event was not, or not fully, accounted for. */
enum gm_lost {
	GM_LOST_RECURSION,
	GM_LOST_NMI,
	GM_LOST_NO_LEAF,
	GM_LOST_STALE,
	GM_LOST_OFFLINED,
	GM_LOST_SITES_FULL,
	GM_LOST_NO_STACK,
	GM_LOST_NO_CALLER,
	GM_LOST_BULK_LONG,
	GM_LOST_STACK_WRONG,
	GM_LOST_STACK_SHORT,
	GM_LOST_SKB_ROOM,
	GM_LOST_SKB_REBORN,
	__GM_LOST_MAX,
};

enum gm_event {
	GM_EVENT_ALLOC,
	GM_EVENT_FREE,
	GM_EVENT_BULK,
	GM_EVENT_CONTIG,
	GM_EVENT_MOVE,
	/* Events of sk_buffs: one for each place where hooks/skb_hooks.c attaches. */
	GM_EVENT_SKB_BUILD,
	GM_EVENT_SKB_AROUND,
	GM_EVENT_SKB_RESERVE,
	GM_EVENT_SKB_NODE,
	GM_EVENT_SKB_UNDO,
	GM_EVENT_SKB_CLONE,
	GM_EVENT_SKB_RETURN,
	GM_EVENT_SKB_DROP,
	GM_EVENT_SKB_CONSUME,
	GM_EVENT_SKB_MEM,
	GM_EVENT_SKB_CACHE,
	GM_EVENT_SKB_DEFER,
	GM_EVENT_SKB_LATER,
	GM_EVENT_SKB_STOLEN,
	GM_EVENT_SKB_PARTIAL,
	__GM_EVENT_MAX,
};

/* @unknown: units that were freed and had no record */
struct gm_counters {
	u64 lost[__GM_LOST_MAX];
	u64 events[__GM_EVENT_MAX];
	u64 unknown;
	u64 stacks_unwound;
	u64 stacks_verified;
};

/* The kind of events to which a reason applies. */
enum gm_lost_of {
	GM_LOST_OF_ALL,
	GM_LOST_OF_PAGES,
	GM_LOST_OF_SKBS,
};

struct gm_lost_reason {
	const char *name;	/* stable: part of the protocol */
	const char *meaning;
	enum gm_lost_of of;
};

extern const struct gm_lost_reason gm_lost_reasons[__GM_LOST_MAX];

/* Sums over all CPUs. While hooks run, the sums may be slightly out of date. */
void gm_counters_sum(const struct gm_counters __percpu *counters, struct gm_counters *sum);
void gm_counters_clear(struct gm_counters __percpu *counters);

#endif /* GHOSTMEM_TABLES_COUNTERS_H */
