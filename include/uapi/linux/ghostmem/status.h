/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * STATUS_GET: the state of the tracker and of its hooks, and the events that were lost.
 */
#ifndef _UAPI_LINUX_GHOSTMEM_STATUS_H
#define _UAPI_LINUX_GHOSTMEM_STATUS_H

/* What a RESET or CONFIG_SET that is being carried out does. */
enum ghostmem_change {
	GHOSTMEM_CHANGE_UNSPEC,
	GHOSTMEM_CHANGE_ARMING,		/* switches on tracking, or the watching of sk_buffs */
	GHOSTMEM_CHANGE_DISARMING,	/* switches one of them off */
	GHOSTMEM_CHANGE_RESETTING,	/* forgets records */

	__GHOSTMEM_CHANGE_MAX,
};

#define GHOSTMEM_CHANGE_MAX	(__GHOSTMEM_CHANGE_MAX - 1)

/*
 * STATUS. CLOCK_S is the tracker's own clock: 1 in the second in which it was last armed or reset,
 * 0 while mode is off; FILTER_A_SINCE_S and _UNTIL_S are times of this clock. ARMED_S, which is
 * CLOCK_S - 1, is how long the tracker has been recording. GENERATION changes whenever records and
 * sites are forgotten.
 *
 * LIVE_PAGES counts the pages of recorded allocations that are not freed yet. ALLOCS and FREES
 * count blocks; a block that is freed in parts counts once, when all of it is free.
 * FREES_UNKNOWN_PAGES counts freed pages that had no record: pages of users and of the page cache,
 * pages allocated before arming, memory that comes online, and pages allocated where no hook is
 * attached. It is an observation, not a loss.
 *
 * In GHOSTMEM_MODE_SAMPLED only samples are recorded, and all counts, here and of sites, are counts
 * of samples. While the sampling level is L, each block of 2^N pages is a sample with the
 * probability P = 1 - exp(-2^N / 2^L), independent of all others, so that a sample stands for 1 / P
 * blocks. The counts of sites can be weighted accordingly; those of STATUS cannot, because they sum
 * over orders and levels. LEVEL is the present level, absent in other modes; the mean interval
 * between samples is 2^LEVEL pages. LEVEL can rise above LEVEL_MIN, the setting, to keep COST_PPM
 * below BUDGET_PPM; a budget of 0 is no limit. Both are millionths of the time of all CPUs.
 * COST_PPM is what tracking cost in the last second, in any mode: the number of events times
 * PAIR_NS, which is the extra cost of an allocation and its free, measured at arming, plus the
 * measured time of samples. In sampled mode it is an upper bound, because pages are counted as
 * events.
 *
 * STACKS_UNWOUND counts the stacks for which the kernel's unwinder was used, which is slow; all
 * others were walked by remembered answers of the unwinder. STACKS_VERIFIED counts the stacks that
 * were taken both ways, with the module's parameter verify_stacks=1.
 *
 * While there is a CHANGE, each hook and each setting is reported either as it was before or as it
 * is afterwards, and counts may be 0.
 */
enum ghostmem_status_attr {
	GHOSTMEM_STATUS_A_UNSPEC,
	GHOSTMEM_STATUS_A_PAD,
	GHOSTMEM_STATUS_A_MODE,			/* u32, enum ghostmem_mode */
	GHOSTMEM_STATUS_A_CLOCK_S,		/* u64 */
	GHOSTMEM_STATUS_A_ARMED_S,		/* u64 */
	GHOSTMEM_STATUS_A_GENERATION,		/* u32 */
	GHOSTMEM_STATUS_A_PAGE_SIZE,		/* u32, bytes */
	GHOSTMEM_STATUS_A_LIVE_PAGES,		/* u64 */
	GHOSTMEM_STATUS_A_ALLOCS,		/* u64 */
	GHOSTMEM_STATUS_A_FREES,		/* u64 */
	GHOSTMEM_STATUS_A_FREES_UNKNOWN_PAGES,	/* u64 */
	GHOSTMEM_STATUS_A_SITES,		/* u32, in use */
	GHOSTMEM_STATUS_A_SITES_MAX,		/* u32 */
	GHOSTMEM_STATUS_A_MAP_BYTES,		/* u64, page map, bitmap of samples, frame table */
	GHOSTMEM_STATUS_A_SITES_BYTES,		/* u64, the site table's memory */
	GHOSTMEM_STATUS_A_LOST,			/* nest, enum ghostmem_lost_attr; any number */
	GHOSTMEM_STATUS_A_HOOK,			/* nest, enum ghostmem_hook_attr; any number */
	GHOSTMEM_STATUS_A_DISABLED_REASON,	/* string; absent while all is well */
	GHOSTMEM_STATUS_A_STACKS_UNWOUND,	/* u64 */
	GHOSTMEM_STATUS_A_STACKS_VERIFIED,	/* u64 */
	GHOSTMEM_STATUS_A_LEVEL,		/* u8, GHOSTMEM_LEVEL_MIN to _MAX */
	GHOSTMEM_STATUS_A_LEVEL_MIN,		/* u8, likewise */
	GHOSTMEM_STATUS_A_BUDGET_PPM,		/* u32 */
	GHOSTMEM_STATUS_A_COST_PPM,		/* u32 */
	GHOSTMEM_STATUS_A_PAIR_NS,		/* u32 */
	GHOSTMEM_STATUS_A_SKB,			/* nest, enum ghostmem_skb_attr */
	GHOSTMEM_STATUS_A_CHANGE,		/* u32, enum ghostmem_change; absent if none */

	__GHOSTMEM_STATUS_A_MAX,
};

#define GHOSTMEM_STATUS_A_MAX	(__GHOSTMEM_STATUS_A_MAX - 1)

/*
 * SKB: the lifetimes of sk_buffs, from the moment at which the allocator hands one out until it is
 * freed. CONFIG_A_SKB switches the recording on and off, independently of MODE. While it is off,
 * only ON is present. If it has turned itself off, ON is 1 and there is a DISABLED_REASON.
 *
 * BORN counts the sk_buffs allocated since recording was switched on or reset, LIVE those of them
 * that are still alive. UNKNOWN counts those that were freed without a record: they were allocated
 * before, or on a path without a hook. In a table that is nearly full, two hooks may each count the
 * same one. Apart from lost events, LIVE is BORN - DIED. ROOM is the number of records that the
 * table has room for; from some 60 % of it on, a few records find no place and are lost.
 *
 * Its hooks are among those of STATUS_A_HOOK while it is on; their names begin with "skb_".
 */
enum ghostmem_skb_attr {
	GHOSTMEM_SKB_A_UNSPEC,
	GHOSTMEM_SKB_A_PAD,
	GHOSTMEM_SKB_A_ON,		/* u8, 0 or 1 */
	GHOSTMEM_SKB_A_CLOCK_S,		/* u64, as STATUS_A_CLOCK_S, of its own */
	GHOSTMEM_SKB_A_GENERATION,	/* u32, likewise */
	GHOSTMEM_SKB_A_LIVE,		/* u64 */
	GHOSTMEM_SKB_A_BORN,		/* u64 */
	GHOSTMEM_SKB_A_DIED,		/* u64 */
	GHOSTMEM_SKB_A_UNKNOWN,		/* u64 */
	GHOSTMEM_SKB_A_SITES,		/* u32, in use */
	GHOSTMEM_SKB_A_SITES_MAX,	/* u32 */
	GHOSTMEM_SKB_A_ROOM,		/* u64 */
	GHOSTMEM_SKB_A_BYTES,		/* u64, memory of its tables */
	GHOSTMEM_SKB_A_LOST,		/* nest, enum ghostmem_lost_attr; any number */
	GHOSTMEM_SKB_A_DISABLED_REASON,	/* string; absent while all is well */

	__GHOSTMEM_SKB_A_MAX,
};

#define GHOSTMEM_SKB_A_MAX	(__GHOSTMEM_SKB_A_MAX - 1)

/* One reason why an event was not, or not fully, accounted for. */
enum ghostmem_lost_attr {
	GHOSTMEM_LOST_A_UNSPEC,
	GHOSTMEM_LOST_A_PAD,
	GHOSTMEM_LOST_A_NAME,		/* string, stable, [a-z_]+ */
	GHOSTMEM_LOST_A_COUNT,		/* u64, events since armed or reset */
	GHOSTMEM_LOST_A_MEANING,	/* string, one line for people */

	__GHOSTMEM_LOST_A_MAX,
};

#define GHOSTMEM_LOST_A_MAX	(__GHOSTMEM_LOST_A_MAX - 1)

enum ghostmem_hook_kind {
	GHOSTMEM_HOOK_TRACEPOINT,
	GHOSTMEM_HOOK_KRETPROBE,
	GHOSTMEM_HOOK_FUNCTION,		/* a function's entry, by ftrace */

	__GHOSTMEM_HOOK_KIND_MAX,
};

enum ghostmem_hook_state {
	GHOSTMEM_HOOK_DETACHED,		/* mode is off */
	GHOSTMEM_HOOK_ATTACHED,
	GHOSTMEM_HOOK_MISSING,		/* none of the functions to hook was found */
	GHOSTMEM_HOOK_FAILED,		/* could not be attached, or did not see its test page */
	GHOSTMEM_HOOK_ABSENT,		/* this kernel lacks the feature, so no event is lost */
	GHOSTMEM_HOOK_DEAF,		/* attached, but not called: see below */

	__GHOSTMEM_HOOK_STATE_MAX,
};

/*
 * An attached hook of kind KRETPROBE is DEAF while kprobes are disarmed on the host (debugfs
 * kprobes/enabled, sysctl kernel.ftrace_enabled): its events are not seen meanwhile. This is
 * checked each second and when STATUS is requested. DEAF_S is how long the hook has been DEAF in
 * total.
 */
enum ghostmem_hook_attr {
	GHOSTMEM_HOOK_A_UNSPEC,
	GHOSTMEM_HOOK_A_PAD,
	GHOSTMEM_HOOK_A_NAME,		/* string, e.g. "alloc_bulk" */
	GHOSTMEM_HOOK_A_TARGET,		/* string, the symbol hooked; absent if there is none */
	GHOSTMEM_HOOK_A_KIND,		/* u32, enum ghostmem_hook_kind */
	GHOSTMEM_HOOK_A_STATE,		/* u32, enum ghostmem_hook_state */
	GHOSTMEM_HOOK_A_NEEDED,		/* flag: the tracker does not arm without it */
	GHOSTMEM_HOOK_A_CONSEQUENCE,	/* string, what is not seen without it */
	GHOSTMEM_HOOK_A_EVENTS,		/* u64, events handled since armed or reset */
	GHOSTMEM_HOOK_A_MISSED,		/* u64, not delivered by the kernel, since attaching */
	GHOSTMEM_HOOK_A_DEAF_S,		/* u64, since armed or reset; absent if never DEAF */

	__GHOSTMEM_HOOK_A_MAX,
};

#define GHOSTMEM_HOOK_A_MAX	(__GHOSTMEM_HOOK_A_MAX - 1)

#endif /* _UAPI_LINUX_GHOSTMEM_STATUS_H */
