/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * ghostmem: the generic netlink protocol between ghostmem.ko and leakctl.
 *
 * This header is the protocol's manual and the only file both sides share.
 *
 * Family
 *	GHOSTMEM_GENL_NAME, version GHOSTMEM_GENL_VERSION, in the initial network
 *	namespace only. Every operation asks for CAP_NET_ADMIN in the initial user
 *	namespace (-EPERM otherwise; root of another user namespace is refused).
 *
 * Versions
 *	GHOSTMEM_ABI is raised by every change that an older peer would
 *	misread. Each request carries GHOSTMEM_A_ABI. STATUS_GET with that
 *	attribute alone is frozen for ever: its reply always has GHOSTMEM_A_ABI
 *	and GHOSTMEM_A_VERSION, and has GHOSTMEM_A_STATUS only where the two
 *	ABIs are equal. Every other operation refuses a foreign ABI with
 *	-EPROTO and an extack message that names the module's.
 *
 * Operations (request attributes -> reply attributes)
 *
 *	STATUS_GET (do):	ABI -> ABI, VERSION, STATUS
 *	SITE_GET (dump):	ABI, [FILTER] -> first ABI and STATUS, with GENERATION
 *		and CLOCK_S alone; then a message a site: ABI, SITE
 *	RESET (do):		ABI -> acknowledgment
 *		Forgets every record and site, and starts again from now: what
 *		was allocated before is afterwards "never seen".
 *	CONFIG_SET (do):	ABI, CONFIG -> acknowledgment
 *		Applies all of CONFIG or nothing of it.
 *
 *	A reply's command is its request's. A dump has its sites in ascending order of
 *	id. When the records are forgotten in mid-dump it ends early, and its last
 *	message, NLMSG_DONE, carries NLM_F_DUMP_INTR: ask again. Errors of a dump
 *	are in NLMSG_DONE, with their extack.
 *
 * Errors: -EPERM no permission; -EPROTO foreign ABI; -EINVAL malformed, -ERANGE out
 *	of range (extack says why, and where it can, which attribute); -EBUSY too many
 *	dumps at once; -ENOMEM; -EIO the tracker has turned itself off,
 *	STATUS_A_DISABLED_REASON says why. After an error nothing has changed.
 *
 * Integers are host-endian, strings NUL-terminated. Names that end in _S are
 * seconds, in _BYTES bytes, in _PAGES base pages of STATUS_A_PAGE_SIZE bytes.
 * No raw kernel address ever leaves the kernel.
 */
#ifndef _UAPI_LINUX_GHOSTMEM_H
#define _UAPI_LINUX_GHOSTMEM_H

#define GHOSTMEM_GENL_NAME	"ghostmem"
#define GHOSTMEM_GENL_VERSION	1

/* A test build sets another number to prove that both sides check it. */
#ifndef GHOSTMEM_ABI
#define GHOSTMEM_ABI		2
#endif

/* Most frames a site's stack keeps, innermost first. */
#define GHOSTMEM_STACK_MAX	24

/*
 * The site that takes what a full site table cannot tell apart. Of samples there are others like
 * it, with GHOSTMEM_SITE_F_OTHER, one an order and level.
 */
#define GHOSTMEM_SITE_OTHER	1

enum ghostmem_cmd {
	GHOSTMEM_CMD_UNSPEC,
	GHOSTMEM_CMD_STATUS_GET,
	GHOSTMEM_CMD_SITE_GET,
	GHOSTMEM_CMD_RESET,
	GHOSTMEM_CMD_CONFIG_SET,

	__GHOSTMEM_CMD_MAX,
};

#define GHOSTMEM_CMD_MAX	(__GHOSTMEM_CMD_MAX - 1)

/* Top level of every message. */
enum ghostmem_attr {
	GHOSTMEM_A_UNSPEC,
	GHOSTMEM_A_PAD,
	GHOSTMEM_A_ABI,			/* u32 */
	GHOSTMEM_A_VERSION,		/* string, the module's version */
	GHOSTMEM_A_STATUS,		/* nest, enum ghostmem_status_attr */
	GHOSTMEM_A_SITE,		/* nest, enum ghostmem_site_attr */
	GHOSTMEM_A_FILTER,		/* nest, enum ghostmem_filter_attr */
	GHOSTMEM_A_CONFIG,		/* nest, enum ghostmem_config_attr */

	__GHOSTMEM_A_MAX,
};

#define GHOSTMEM_A_MAX		(__GHOSTMEM_A_MAX - 1)

enum ghostmem_mode {
	GHOSTMEM_MODE_OFF,		/* hooks detached, nothing recorded */
	GHOSTMEM_MODE_EXACT,		/* every allocation, full stacks */
	GHOSTMEM_MODE_SAMPLED,		/* a few allocations, full stacks; see LEVEL */

	__GHOSTMEM_MODE_MAX,
};

#define GHOSTMEM_MODE_MAX	(__GHOSTMEM_MODE_MAX - 1)

/*
 * STATUS. CLOCK_S is the tracker's own clock: 1 in the second it was last
 * armed or reset, and what FILTER_A_SINCE_S and _UNTIL_S are measured in;
 * 0 while mode is off. ARMED_S is CLOCK_S - 1: for how long it has recorded.
 * GENERATION changes whenever records and sites are forgotten.
 *
 * LIVE_PAGES counts pages of recorded allocations not yet freed; ALLOCS and FREES
 * count blocks, and a block freed in parts once all of it is. FREES_UNKNOWN_PAGES
 * are pages freed of which no record exists: user pages and page cache, what was
 * allocated before arming, what came by a door without a hook (contiguous
 * allocations, memory coming online); an observation, no loss.
 *
 * In GHOSTMEM_MODE_SAMPLED nothing but samples is recorded, and all counts, here and of sites, are
 * of samples. Of the blocks of 2^N pages that a stack allocates while sampling is at level L, each
 * is a sample with the probability P = 1 - exp(-2^N / 2^L), whatever happened to the others: a
 * sample stands for 1 / P blocks (STATUS cannot weigh; sites can be). LEVEL is that of now,
 * absent in other modes; 2^LEVEL pages are the mean interval between samples. It may rise above
 * LEVEL_MIN, the setting, to keep COST_PPM below BUDGET_PPM: millionths of the time of all CPUs,
 * where 0 is no limit. COST_PPM is what tracking cost in the last second, in any mode: the price
 * PAIR_NS of an allocation and its free, measured at arming, by the events there were,
 * and the measured time of samples. Sampling, it is a bound from above: pages stand for events.
 *
 * STACKS_UNWOUND counts the stacks that the kernel's unwinder was asked for, which is slow;
 * the others were walked by what it had said before. STACKS_VERIFIED are those that both
 * ways were taken for, with the module's parameter verify_stacks=1.
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
	GHOSTMEM_STATUS_A_MAP_BYTES,		/* u64, memory of the page map and its kin */
	GHOSTMEM_STATUS_A_SITES_BYTES,		/* u64, the site table's memory */
	GHOSTMEM_STATUS_A_LOST,			/* nest, list of LOST_ENTRY */
	GHOSTMEM_STATUS_A_LOST_ENTRY,		/* nest, enum ghostmem_lost_attr */
	GHOSTMEM_STATUS_A_HOOKS,		/* nest, list of HOOK_ENTRY */
	GHOSTMEM_STATUS_A_HOOK_ENTRY,		/* nest, enum ghostmem_hook_attr */
	GHOSTMEM_STATUS_A_DISABLED_REASON,	/* string; absent while all is well */
	GHOSTMEM_STATUS_A_STACKS_UNWOUND,	/* u64 */
	GHOSTMEM_STATUS_A_STACKS_VERIFIED,	/* u64 */
	GHOSTMEM_STATUS_A_LEVEL,		/* u8, 1 to 20 */
	GHOSTMEM_STATUS_A_LEVEL_MIN,		/* u8, likewise */
	GHOSTMEM_STATUS_A_BUDGET_PPM,		/* u32 */
	GHOSTMEM_STATUS_A_COST_PPM,		/* u32 */
	GHOSTMEM_STATUS_A_PAIR_NS,		/* u32 */

	__GHOSTMEM_STATUS_A_MAX,
};

#define GHOSTMEM_STATUS_A_MAX	(__GHOSTMEM_STATUS_A_MAX - 1)

/* One reason for which an event was not, or not fully, accounted for. */
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

	__GHOSTMEM_HOOK_KIND_MAX,
};

enum ghostmem_hook_state {
	GHOSTMEM_HOOK_DETACHED,		/* mode is off */
	GHOSTMEM_HOOK_ATTACHED,
	GHOSTMEM_HOOK_MISSING,		/* this kernel has no such symbol */
	GHOSTMEM_HOOK_FAILED,		/* not to be attached, or blind to its test page */

	__GHOSTMEM_HOOK_STATE_MAX,
};

enum ghostmem_hook_attr {
	GHOSTMEM_HOOK_A_UNSPEC,
	GHOSTMEM_HOOK_A_PAD,
	GHOSTMEM_HOOK_A_NAME,		/* string, e.g. "alloc_bulk" */
	GHOSTMEM_HOOK_A_TARGET,		/* string, the symbol hooked; absent if missing */
	GHOSTMEM_HOOK_A_KIND,		/* u32, enum ghostmem_hook_kind */
	GHOSTMEM_HOOK_A_STATE,		/* u32, enum ghostmem_hook_state */
	GHOSTMEM_HOOK_A_NEEDED,		/* flag: the tracker does not arm without it */
	GHOSTMEM_HOOK_A_CONSEQUENCE,	/* string, what is not seen without it */
	GHOSTMEM_HOOK_A_EVENTS,		/* u64, events handled since armed or reset */
	GHOSTMEM_HOOK_A_MISSED,		/* u64, not delivered by the kernel, since attaching */

	__GHOSTMEM_HOOK_A_MAX,
};

#define GHOSTMEM_HOOK_A_MAX	(__GHOSTMEM_HOOK_A_MAX - 1)

/*
 * SITE: one stack and order, and of samples one level. ALLOCS counts blocks, FREES those of which
 * all pages were freed. LIVE_PAGES = ALLOC_PAGES - FREE_PAGES.
 *
 * OLDEST_S is the age of the oldest page still held, OLDEST_PID the task that
 * allocated it (0: the idle task or an interrupt taken there); both are absent when nothing is
 * live. WINDOW_PAGES is there when the filter asked for a window. AGES are the pages held that
 * were allocated less than 10 s, a minute, 10 minutes, an hour, a day ago, each without those
 * before, and the rest; absent when nothing is live.
 *
 * TRENDS tell growth from size: FLOOR_PAGES is the least that the site held in the last window
 * that is over, BEFORE_PAGES the least in the one before, which ended SPAN_S earlier. What breathes
 * has the same floor in both, what leaks has not. There are windows of 10 seconds and of 10
 * minutes, or a little longer; each is told once there have been two.
 */
#define GHOSTMEM_AGES		6

enum ghostmem_site_attr {
	GHOSTMEM_SITE_A_UNSPEC,
	GHOSTMEM_SITE_A_PAD,
	GHOSTMEM_SITE_A_ID,		/* u32, unique within a generation */
	GHOSTMEM_SITE_A_ORDER,		/* u32 */
	GHOSTMEM_SITE_A_FLAGS,		/* u32, GHOSTMEM_SITE_F_* */
	GHOSTMEM_SITE_A_LIVE_PAGES,	/* u64 */
	GHOSTMEM_SITE_A_ALLOCS,		/* u64 */
	GHOSTMEM_SITE_A_FREES,		/* u64 */
	GHOSTMEM_SITE_A_ALLOC_PAGES,	/* u64 */
	GHOSTMEM_SITE_A_FREE_PAGES,	/* u64 */
	GHOSTMEM_SITE_A_OLDEST_S,	/* u64 */
	GHOSTMEM_SITE_A_OLDEST_PID,	/* u32 */
	GHOSTMEM_SITE_A_WINDOW_PAGES,	/* u64 */
	GHOSTMEM_SITE_A_FRAMES,		/* nest, list of FRAME, innermost first */
	GHOSTMEM_SITE_A_FRAME,		/* nest, enum ghostmem_frame_attr */
	GHOSTMEM_SITE_A_LEVEL,		/* u8, its counts are of samples; absent: of all */
	GHOSTMEM_SITE_A_AGES,		/* u64[GHOSTMEM_AGES] */
	GHOSTMEM_SITE_A_TRENDS,		/* nest, list of TREND, the shortest first */
	GHOSTMEM_SITE_A_TREND,		/* nest, enum ghostmem_trend_attr */

	__GHOSTMEM_SITE_A_MAX,
};

#define GHOSTMEM_SITE_A_MAX	(__GHOSTMEM_SITE_A_MAX - 1)

enum ghostmem_trend_attr {
	GHOSTMEM_TREND_A_UNSPEC,
	GHOSTMEM_TREND_A_PAD,
	GHOSTMEM_TREND_A_SPAN_S,	/* u32 */
	GHOSTMEM_TREND_A_FLOOR_PAGES,	/* u64 */
	GHOSTMEM_TREND_A_BEFORE_PAGES,	/* u64 */

	__GHOSTMEM_TREND_A_MAX,
};

#define GHOSTMEM_TREND_A_MAX	(__GHOSTMEM_TREND_A_MAX - 1)

#define GHOSTMEM_SITE_F_OTHER		(1U << 0) /* many stacks: the table was full */
#define GHOSTMEM_SITE_F_NO_STACK	(1U << 1) /* the stack could not be read */
#define GHOSTMEM_SITE_F_OLDEST_MIN	(1U << 2) /* OLDEST_S is a lower bound */
#define GHOSTMEM_SITE_F_CUT		(1U << 3) /* frames beyond STACK_MAX not kept */

enum ghostmem_code_state {
	GHOSTMEM_CODE_BUILTIN,		/* the kernel image */
	GHOSTMEM_CODE_LIVE,		/* a module that is loaded */
	GHOSTMEM_CODE_UNLOADED,		/* a module that has gone; symbol frozen */

	__GHOSTMEM_CODE_STATE_MAX,
};

enum ghostmem_frame_attr {
	GHOSTMEM_FRAME_A_UNSPEC,
	GHOSTMEM_FRAME_A_PAD,
	GHOSTMEM_FRAME_A_SYMBOL,	/* string; absent if the kernel knows none */
	GHOSTMEM_FRAME_A_OFFSET,	/* u32, bytes into the symbol */
	GHOSTMEM_FRAME_A_SIZE,		/* u32, bytes of the symbol */
	GHOSTMEM_FRAME_A_MODULE,	/* string; absent for the kernel image */
	GHOSTMEM_FRAME_A_STATE,		/* u32, enum ghostmem_code_state */
	GHOSTMEM_FRAME_A_SRCVERSION,	/* string, of a frozen module; sysfs has a live one's */

	__GHOSTMEM_FRAME_A_MAX,
};

#define GHOSTMEM_FRAME_A_MAX	(__GHOSTMEM_FRAME_A_MAX - 1)

/*
 * FILTER of SITE_GET. MIN_PAGES (default 1): only sites that hold at least so
 * many pages; 0 shows the empty ones too. With SINCE_S or UNTIL_S only pages
 * allocated at SINCE_S <= CLOCK_S < UNTIL_S count towards WINDOW_PAGES, and
 * MIN_PAGES is compared with those. A window that is empty is -EINVAL.
 */
enum ghostmem_filter_attr {
	GHOSTMEM_FILTER_A_UNSPEC,
	GHOSTMEM_FILTER_A_PAD,
	GHOSTMEM_FILTER_A_MIN_PAGES,	/* u64 */
	GHOSTMEM_FILTER_A_SINCE_S,	/* u64 */
	GHOSTMEM_FILTER_A_UNTIL_S,	/* u64 */

	__GHOSTMEM_FILTER_A_MAX,
};

#define GHOSTMEM_FILTER_A_MAX	(__GHOSTMEM_FILTER_A_MAX - 1)

/*
 * CONFIG, at least one of them. Setting MODE forgets all records, as RESET does, also where it is
 * the same. LEVEL is the setting that STATUS has as LEVEL_MIN; records are kept.
 */
enum ghostmem_config_attr {
	GHOSTMEM_CONFIG_A_UNSPEC,
	GHOSTMEM_CONFIG_A_PAD,
	GHOSTMEM_CONFIG_A_MODE,		/* u32, enum ghostmem_mode */
	GHOSTMEM_CONFIG_A_LEVEL,	/* u8, 1 to 20 */
	GHOSTMEM_CONFIG_A_BUDGET_PPM,	/* u32, up to 1000000; 0: no limit */

	__GHOSTMEM_CONFIG_A_MAX,
};

#define GHOSTMEM_CONFIG_A_MAX	(__GHOSTMEM_CONFIG_A_MAX - 1)

#endif /* _UAPI_LINUX_GHOSTMEM_H */
