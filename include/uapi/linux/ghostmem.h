/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * ghostmem: the generic netlink protocol between ghostmem.ko and leakctl.
 *
 * This header is the protocol's manual and the only file both sides share.
 *
 * Family
 *	GHOSTMEM_GENL_NAME, version GHOSTMEM_GENL_VERSION, in the initial network
 *	namespace only. Every operation asks for CAP_NET_ADMIN, and beyond it those that
 *	read (all but RESET and CONFIG_SET) for CAP_PERFMON or CAP_SYS_ADMIN, those that
 *	change something (RESET and CONFIG_SET) for CAP_SYS_ADMIN: all in the initial user
 *	namespace (-EPERM otherwise; root of another user namespace is refused). A dump asks
 *	whoever begins it.
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
 *		Forgets every record and site, those of sk_buffs as well, and starts
 *		again from now: what was allocated before is afterwards "never seen".
 *	CONFIG_SET (do):	ABI, CONFIG -> acknowledgment
 *		Applies all of CONFIG or nothing of it, but for what Errors says.
 *
 *	RESET and CONFIG_SET are carried out one after another, in the order in which they came,
 *	and acknowledged when they are done, which can take a second. The sender may ask for other
 *	things meanwhile: STATUS_GET has STATUS_A_CHANGE then. What has been asked for is done
 *	also where the sender has gone.
 *	SOCKET_GET (dump):	ABI, [TOP] -> first ABI and TOP; then ABI and CENSUS; then a message
 *		a socket: ABI, SOCKET; the one that pins most first, TOP of them at most.
 *		Looks at every socket of the host anew, whether tracking is on or
 *		off, and holds none of them while the answer is read. Not restartable: a
 *		census of its own for each dump.
 *	SKB_GET (dump):		ABI, [FILTER] -> as SITE_GET, of the sites of sk_buffs
 *		Nothing but the first message while CONFIG_A_SKB is off.
 *	ZONE_GET (dump):	ABI -> first ABI alone; then ABI and PAGES; then a message a
 *		zone that has memory: ABI, ZONE, by node and then as the kernel orders them.
 *		Looks at every page frame that is online, whether tracking is on or off,
 *		for each dump anew; ends with -EINTR when its reader is sent a signal.
 *
 *	A reply's command is its request's. A dump has its sites in ascending order of
 *	id. When the records are forgotten in mid-dump it ends early, and its last
 *	message, NLMSG_DONE, carries NLM_F_DUMP_INTR: ask again. Errors of a dump
 *	are in NLMSG_DONE, with their extack.
 *
 * Errors: -EPERM no permission; -EPROTO foreign ABI; -EINVAL malformed, -ERANGE out
 *	of range (extack says why, and where it can, which attribute); -EBUSY too many
 *	dumps at once (each user's are counted), or changes that wait; -ENOMEM; -EIO the
 *	tracker has turned itself off, STATUS_A_DISABLED_REASON says why. After an error
 *	nothing has changed, but that tracking is off when it could not be switched from one
 *	mode to another, and that sk_buffs whose watching had turned itself off are forgotten.
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
	GHOSTMEM_CMD_SOCKET_GET,
	GHOSTMEM_CMD_SKB_GET,
	GHOSTMEM_CMD_ZONE_GET,

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
	GHOSTMEM_A_CENSUS,		/* nest, enum ghostmem_census_attr */
	GHOSTMEM_A_SOCKET,		/* nest, enum ghostmem_socket_attr */
	GHOSTMEM_A_TOP,			/* u32, from 1 */
	GHOSTMEM_A_PAGES,		/* nest, enum ghostmem_pages_attr */
	GHOSTMEM_A_ZONE,		/* nest, enum ghostmem_zone_attr */

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

/* What RESET or CONFIG_SET is about while it is under way. */
enum ghostmem_change {
	GHOSTMEM_CHANGE_UNSPEC,
	GHOSTMEM_CHANGE_ARMING,		/* tracking, or the watching of sk_buffs, is switched on */
	GHOSTMEM_CHANGE_DISARMING,	/* or off */
	GHOSTMEM_CHANGE_RESETTING,	/* records are forgotten */

	__GHOSTMEM_CHANGE_MAX,
};

#define GHOSTMEM_CHANGE_MAX	(__GHOSTMEM_CHANGE_MAX - 1)

/*
 * STATUS. CLOCK_S is the tracker's own clock: 1 in the second it was last
 * armed or reset, and what FILTER_A_SINCE_S and _UNTIL_S are measured in;
 * 0 while mode is off. ARMED_S is CLOCK_S - 1: for how long it has recorded.
 * GENERATION changes whenever records and sites are forgotten.
 *
 * LIVE_PAGES counts pages of recorded allocations not yet freed; ALLOCS and FREES
 * count blocks, and a block freed in parts once all of it is. FREES_UNKNOWN_PAGES
 * are pages freed of which no record exists: user pages and page cache, what was
 * allocated before arming, memory that comes online, and what was taken by an allocator whose hook
 * is not attached; an observation, no loss.
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
 *
 * While there is a CHANGE, each hook and setting is told as it was before or as it is afterwards,
 * and counts may be 0.
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
	GHOSTMEM_STATUS_A_SKB,			/* nest, enum ghostmem_skb_attr */
	GHOSTMEM_STATUS_A_CHANGE,		/* u32, enum ghostmem_change; absent if none */

	__GHOSTMEM_STATUS_A_MAX,
};

#define GHOSTMEM_STATUS_A_MAX	(__GHOSTMEM_STATUS_A_MAX - 1)

/*
 * SKB: the lifetimes of sk_buffs, which CONFIG_A_SKB switches on and off, whatever MODE is: every
 * sk_buff, from the moment that it is handed out until it is let go. All but ON are
 * absent while it is off, or ON is when it has turned itself off: then there is DISABLED_REASON.
 *
 * LIVE are those alive of the BORN since it was switched on or reset. UNKNOWN have died of which
 * there is no record: they were born before, or by a door without a hook; in a table that is
 * nearly full one may be counted by each of two hooks. Apart from those that
 * were lost on the way, LIVE is BORN less DIED. ROOM are as many as there can be records of, at
 * most; beyond some 60 % of it a few find no place, and are lost.
 *
 * Their hooks are in STATUS_A_HOOKS while it is on, and their names begin with "skb_".
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
	GHOSTMEM_SKB_A_LOST,		/* nest, list of STATUS_A_LOST_ENTRY */
	GHOSTMEM_SKB_A_DISABLED_REASON,	/* string; absent while all is well */

	__GHOSTMEM_SKB_A_MAX,
};

#define GHOSTMEM_SKB_A_MAX	(__GHOSTMEM_SKB_A_MAX - 1)

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
	GHOSTMEM_HOOK_FUNCTION,		/* a function's entry, by ftrace */

	__GHOSTMEM_HOOK_KIND_MAX,
};

enum ghostmem_hook_state {
	GHOSTMEM_HOOK_DETACHED,		/* mode is off */
	GHOSTMEM_HOOK_ATTACHED,
	GHOSTMEM_HOOK_MISSING,		/* this kernel has no such symbol */
	GHOSTMEM_HOOK_FAILED,		/* not to be attached, or blind to its test page */

	__GHOSTMEM_HOOK_STATE_MAX,
};

/*
 * A hook of kind KRETPROBE is DEAF while the host has its kprobes disarmed (debugfs
 * kprobes/enabled, sysctl kernel.ftrace_enabled): what it is for is not seen meanwhile. This is
 * checked each second and when STATUS is asked for. DEAF_S is for how long that was, in all.
 */
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
	GHOSTMEM_HOOK_A_DEAF,		/* flag: attached, and not called */
	GHOSTMEM_HOOK_A_DEAF_S,		/* u64, since armed or reset; absent: never */

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
 *
 * In an answer to SKB_GET it is one stack that sk_buffs were born on. ALLOCS, FREES and AGES count
 * those, LIVE_SKBS is ALLOCS - FREES, and TRENDS have FLOOR_SKBS and BEFORE_SKBS. LIVE_BYTES is
 * what the kernel charges for them now (truesize), and there is a DEVICE for each that some of them
 * belong to now, the one of most first; nearly all of what sockets hold belongs to none. There are
 * no attributes of pages, orders and windows.
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
	GHOSTMEM_SITE_A_LIVE_SKBS,	/* u64 */
	GHOSTMEM_SITE_A_LIVE_BYTES,	/* u64 */
	GHOSTMEM_SITE_A_DEVICE,		/* nest, enum ghostmem_device_attr; any number */

	__GHOSTMEM_SITE_A_MAX,
};

#define GHOSTMEM_SITE_A_MAX	(__GHOSTMEM_SITE_A_MAX - 1)

enum ghostmem_trend_attr {
	GHOSTMEM_TREND_A_UNSPEC,
	GHOSTMEM_TREND_A_PAD,
	GHOSTMEM_TREND_A_SPAN_S,	/* u32 */
	GHOSTMEM_TREND_A_FLOOR_PAGES,	/* u64 */
	GHOSTMEM_TREND_A_BEFORE_PAGES,	/* u64 */
	GHOSTMEM_TREND_A_FLOOR_SKBS,	/* u64 */
	GHOSTMEM_TREND_A_BEFORE_SKBS,	/* u64 */

	__GHOSTMEM_TREND_A_MAX,
};

#define GHOSTMEM_TREND_A_MAX	(__GHOSTMEM_TREND_A_MAX - 1)

enum ghostmem_device_state {
	GHOSTMEM_DEVICE_PRESENT,
	GHOSTMEM_DEVICE_GONE,		/* unregistered; its name and numbers are what they were */

	__GHOSTMEM_DEVICE_STATE_MAX,
};

enum ghostmem_device_attr {
	GHOSTMEM_DEVICE_A_UNSPEC,
	GHOSTMEM_DEVICE_A_PAD,
	GHOSTMEM_DEVICE_A_NAME,		/* string */
	GHOSTMEM_DEVICE_A_IFINDEX,	/* u32 */
	GHOSTMEM_DEVICE_A_NETNS,	/* u32, the namespace's inode number */
	GHOSTMEM_DEVICE_A_STATE,	/* u32, enum ghostmem_device_state */
	GHOSTMEM_DEVICE_A_SKBS,		/* u64, of the site's LIVE_SKBS */
	GHOSTMEM_DEVICE_A_BYTES,	/* u64, of the site's LIVE_BYTES */

	__GHOSTMEM_DEVICE_A_MAX,
};

#define GHOSTMEM_DEVICE_A_MAX	(__GHOSTMEM_DEVICE_A_MAX - 1)

#define GHOSTMEM_SITE_F_OTHER		(1U << 0) /* many stacks: the table was full */
#define GHOSTMEM_SITE_F_NO_STACK	(1U << 1) /* the stack could not be read */
#define GHOSTMEM_SITE_F_OLDEST_MIN	(1U << 2) /* OLDEST_S is a lower bound */
#define GHOSTMEM_SITE_F_CUT		(1U << 3) /* frames beyond STACK_MAX not kept */
#define GHOSTMEM_SITE_F_NO_CALLER	(1U << 4) /* no stack: tracers hid the return address */

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
 *
 * FILTER of SKB_GET has MIN_SKBS alone, likewise.
 */
enum ghostmem_filter_attr {
	GHOSTMEM_FILTER_A_UNSPEC,
	GHOSTMEM_FILTER_A_PAD,
	GHOSTMEM_FILTER_A_MIN_PAGES,	/* u64 */
	GHOSTMEM_FILTER_A_SINCE_S,	/* u64 */
	GHOSTMEM_FILTER_A_UNTIL_S,	/* u64 */
	GHOSTMEM_FILTER_A_MIN_SKBS,	/* u64 */

	__GHOSTMEM_FILTER_A_MAX,
};

#define GHOSTMEM_FILTER_A_MAX	(__GHOSTMEM_FILTER_A_MAX - 1)

/*
 * CONFIG, at least one of them. Setting MODE forgets all records, as RESET does, also where it is
 * the same. LEVEL is the setting that STATUS has as LEVEL_MIN; records are kept. SKB set to what it
 * is changes nothing, but that it is switched on again where it had turned itself off.
 */
enum ghostmem_config_attr {
	GHOSTMEM_CONFIG_A_UNSPEC,
	GHOSTMEM_CONFIG_A_PAD,
	GHOSTMEM_CONFIG_A_MODE,		/* u32, enum ghostmem_mode */
	GHOSTMEM_CONFIG_A_LEVEL,	/* u8, 1 to 20 */
	GHOSTMEM_CONFIG_A_BUDGET_PPM,	/* u32, up to 1000000; 0: no limit */
	GHOSTMEM_CONFIG_A_SKB,		/* u8, 0 or 1: the lifetimes of sk_buffs */

	__GHOSTMEM_CONFIG_A_MAX,
};

#define GHOSTMEM_CONFIG_A_MAX	(__GHOSTMEM_CONFIG_A_MAX - 1)

/*
 * What is queued, wherever it is: SKBS sk_buffs (those in a frag_list counted with the first of
 * theirs), BYTES of data in them, TRUESIZE_BYTES what the kernel charges for them.
 *
 * And what they really hold, each thing counted once within the message's subject:
 * PINNED_PAGES base pages, PINNED_BLOCKS the compound pages they form, each at its full size:
 * straight from the page allocator, the ghosts. SHARED_PAGES are those of PINNED_PAGES that
 * another socket pins as well. ORDERS are PINNED_BLOCKS by order. SLAB_BYTES are the objects of
 * the slab: sk_buffs and such heads as lie there. VMALLOC_BYTES are heads in vmalloc space, and
 * MAPPED_PAGES pages of processes and of the page cache (sendfile, zero-copy): meminfo counts
 * those. TRACKED_PAGES are those of PINNED_PAGES that the tracker has a record of (of samples
 * only, in GHOSTMEM_MODE_SAMPLED).
 */
#define GHOSTMEM_ORDERS		16

enum ghostmem_held_attr {
	GHOSTMEM_HELD_A_UNSPEC,
	GHOSTMEM_HELD_A_PAD,
	GHOSTMEM_HELD_A_SKBS,		/* u64 */
	GHOSTMEM_HELD_A_BYTES,		/* u64 */
	GHOSTMEM_HELD_A_TRUESIZE_BYTES,	/* u64 */
	GHOSTMEM_HELD_A_PINNED_PAGES,	/* u64 */
	GHOSTMEM_HELD_A_PINNED_BLOCKS,	/* u64 */
	GHOSTMEM_HELD_A_SHARED_PAGES,	/* u64 */
	GHOSTMEM_HELD_A_SLAB_BYTES,	/* u64 */
	GHOSTMEM_HELD_A_VMALLOC_BYTES,	/* u64 */
	GHOSTMEM_HELD_A_MAPPED_PAGES,	/* u64 */
	GHOSTMEM_HELD_A_TRACKED_PAGES,	/* u64 */
	GHOSTMEM_HELD_A_ORDERS,		/* u64[GHOSTMEM_ORDERS] */

	__GHOSTMEM_HELD_A_MAX,
};

#define GHOSTMEM_HELD_A_MAX	(__GHOSTMEM_HELD_A_MAX - 1)

/*
 * CENSUS: all sockets together. HELD counts what several of them share once. MISSED are reasons
 * for which something is not in it, or only in part. Sockets are looked at one after the other,
 * while they live: the sum is of no single moment, and DURATION_NS long.
 */
enum ghostmem_census_attr {
	GHOSTMEM_CENSUS_A_UNSPEC,
	GHOSTMEM_CENSUS_A_PAD,
	GHOSTMEM_CENSUS_A_SOCKETS,	/* u32 */
	GHOSTMEM_CENSUS_A_NETNS,	/* u32, network namespaces */
	GHOSTMEM_CENSUS_A_DURATION_NS,	/* u64 */
	GHOSTMEM_CENSUS_A_MEMORY_BYTES,	/* u64, what the census itself took */
	GHOSTMEM_CENSUS_A_HELD,		/* nest, enum ghostmem_held_attr */
	GHOSTMEM_CENSUS_A_MISSED,	/* nest, list of MISSED_ENTRY, those that are not 0 */
	GHOSTMEM_CENSUS_A_MISSED_ENTRY,	/* nest, enum ghostmem_lost_attr */

	__GHOSTMEM_CENSUS_A_MAX,
};

#define GHOSTMEM_CENSUS_A_MAX	(__GHOSTMEM_CENSUS_A_MAX - 1)

/*
 * SOCKET. COOKIE names it for as long as it lives, as sock_diag and "ss -e" do. INODE is 0 of a
 * socket without a file. NETNS is the inode number of the namespace. FAMILY, TYPE, PROTOCOL
 * are those of socket(2), STATE is the family's own (of TCP, enum in net/tcp_states.h). LOCAL and
 * REMOTE are struct sockaddr of that family; absent where there is none.
 *
 * OWNERS counts the descriptors that refer to it, an OWNER each, 64 at the most. HOLDER is the
 * INODE of the listening socket that has not yet handed it out (F_UNACCEPTED), or of the unix
 * socket in whose receive queue it lies (F_IN_FLIGHT); 0 where that has no file either.
 *
 * HELD is the sum of its queues; there is a QUEUE for each that is not empty, and what two of
 * them share is counted with the first. MEMINFO are the kernel's own counters, as sock_diag has
 * them. FRAGS_MAX is the most page fragments of an sk_buff.
 *
 * OLDEST_MS is the age of the first sk_buff in the receive queue, by its own time stamp, or with
 * F_OLDEST_PAGE by the record of its page, which is somewhat older. READ_MS tells for how long
 * nobody has read, within a round-trip time, and is there for TCP alone. ARRIVED_MS is how long
 * ago data last came. Each is absent where it is not known.
 */
enum ghostmem_socket_attr {
	GHOSTMEM_SOCKET_A_UNSPEC,
	GHOSTMEM_SOCKET_A_PAD,
	GHOSTMEM_SOCKET_A_COOKIE,	/* u64 */
	GHOSTMEM_SOCKET_A_INODE,	/* u64 */
	GHOSTMEM_SOCKET_A_NETNS,	/* u32 */
	GHOSTMEM_SOCKET_A_FAMILY,	/* u32 */
	GHOSTMEM_SOCKET_A_TYPE,		/* u32 */
	GHOSTMEM_SOCKET_A_PROTOCOL,	/* u32 */
	GHOSTMEM_SOCKET_A_STATE,	/* u32 */
	GHOSTMEM_SOCKET_A_UID,		/* u32, in the initial user namespace */
	GHOSTMEM_SOCKET_A_FLAGS,	/* u32, GHOSTMEM_SOCKET_F_* */
	GHOSTMEM_SOCKET_A_IFINDEX,	/* u32, bound to; absent if to none */
	GHOSTMEM_SOCKET_A_LOCAL,	/* binary, struct sockaddr */
	GHOSTMEM_SOCKET_A_REMOTE,	/* binary, likewise */
	GHOSTMEM_SOCKET_A_HOLDER,	/* u64 */
	GHOSTMEM_SOCKET_A_OWNERS,	/* u32 */
	GHOSTMEM_SOCKET_A_OWNER,	/* nest, enum ghostmem_owner_attr; any number */
	GHOSTMEM_SOCKET_A_HELD,		/* nest, enum ghostmem_held_attr */
	GHOSTMEM_SOCKET_A_QUEUE,	/* nest, enum ghostmem_queue_attr; any number */
	GHOSTMEM_SOCKET_A_MEMINFO,	/* u32[], by SK_MEMINFO_* of linux/sock_diag.h */
	GHOSTMEM_SOCKET_A_FRAGS_MAX,	/* u32 */
	GHOSTMEM_SOCKET_A_OLDEST_MS,	/* u64 */
	GHOSTMEM_SOCKET_A_READ_MS,	/* u64 */
	GHOSTMEM_SOCKET_A_ARRIVED_MS,	/* u64 */

	__GHOSTMEM_SOCKET_A_MAX,
};

#define GHOSTMEM_SOCKET_A_MAX	(__GHOSTMEM_SOCKET_A_MAX - 1)

#define GHOSTMEM_SOCKET_F_UNACCEPTED	(1U << 0) /* in a listening socket's queue */
#define GHOSTMEM_SOCKET_F_ORPHAN	(1U << 1) /* closed by its process, alive in the kernel */
#define GHOSTMEM_SOCKET_F_IN_FLIGHT	(1U << 2) /* sent by SCM_RIGHTS, not received */
#define GHOSTMEM_SOCKET_F_KERNEL	(1U << 3) /* the kernel's own */
#define GHOSTMEM_SOCKET_F_BUSY		(1U << 4) /* its owner held it: only the backlog was seen */
#define GHOSTMEM_SOCKET_F_CHANGED	(1U << 5) /* a queue changed while it was walked */
#define GHOSTMEM_SOCKET_F_PARTIAL	(1U << 6) /* a queue was not seen to its end: at least */
#define GHOSTMEM_SOCKET_F_OLDEST_PAGE	(1U << 7) /* see OLDEST_MS */

enum ghostmem_owner_attr {
	GHOSTMEM_OWNER_A_UNSPEC,
	GHOSTMEM_OWNER_A_PAD,
	GHOSTMEM_OWNER_A_PID,		/* u32, of the thread group, as the reader's namespace has
					 * it; 0 if not at all
					 */
	GHOSTMEM_OWNER_A_FD,		/* u32 */
	GHOSTMEM_OWNER_A_COMM,		/* string */

	__GHOSTMEM_OWNER_A_MAX,
};

#define GHOSTMEM_OWNER_A_MAX	(__GHOSTMEM_OWNER_A_MAX - 1)

/*
 * NAME is one of receive (of UDP both of them), out_of_order, backlog, error, write, retransmit,
 * rx_ring and tx_ring (of packet sockets, mapped; SKBS is 0), fragment (the page that the socket
 * fills next; SKBS is 0).
 */
enum ghostmem_queue_attr {
	GHOSTMEM_QUEUE_A_UNSPEC,
	GHOSTMEM_QUEUE_A_PAD,
	GHOSTMEM_QUEUE_A_NAME,		/* string, [a-z_]+ */
	GHOSTMEM_QUEUE_A_HELD,		/* nest, enum ghostmem_held_attr; no SHARED_PAGES,
					 * TRACKED_PAGES and ORDERS
					 */

	__GHOSTMEM_QUEUE_A_MAX,
};

#define GHOSTMEM_QUEUE_A_MAX	(__GHOSTMEM_QUEUE_A_MAX - 1)

/*
 * What a page frame is, by what its struct page says: of a compound page the head's, for each page
 * of it. Each frame is of one class, the first that fits.
 *
 * Struct page says of PCP and of TAIL the same: nobody refers to it. Frames with a record are
 * TAIL; of the others as many are PCP as the allocator counts in its lists at the end of the
 * census, and the rest are TAIL: held as KERNEL is, but for a few that are just being allocated or
 * freed.
 */
enum ghostmem_page_class {
	GHOSTMEM_PAGE_RESERVED,		/* never given to the page allocator: the kernel image */
	GHOSTMEM_PAGE_FREE,		/* in the buddy allocator */
	GHOSTMEM_PAGE_SLAB,
	GHOSTMEM_PAGE_LARGE_KMALLOC,	/* too large for the slab: until 6.14 it is KERNEL */
	GHOSTMEM_PAGE_TABLE,		/* page tables, of processes */
	GHOSTMEM_PAGE_HUGETLB,		/* huge pages set aside, in use or not */
	GHOSTMEM_PAGE_OFFLINE,		/* in a balloon, or about to be unplugged */
	GHOSTMEM_PAGE_ZSPOOL,		/* compressed pages: zsmalloc, z3fold */
	GHOSTMEM_PAGE_POISONED,		/* failed in hardware */
	GHOSTMEM_PAGE_UNEVICTABLE,	/* of processes or files, and locked */
	GHOSTMEM_PAGE_ANON,		/* of processes, or in the swap cache */
	GHOSTMEM_PAGE_SHMEM,		/* tmpfs and shared memory */
	GHOSTMEM_PAGE_FILE,		/* page cache */
	GHOSTMEM_PAGE_POOL,		/* of a page_pool: network drivers; from 5.14 on */
	GHOSTMEM_PAGE_TYPED,		/* of a type that this module does not know */
	GHOSTMEM_PAGE_PCP,		/* free, in lists of single CPUs */
	GHOSTMEM_PAGE_TAIL,		/* of a block that is held, all but its first page */
	GHOSTMEM_PAGE_KERNEL,		/* held, and nothing says what for */

	__GHOSTMEM_PAGE_CLASSES,
};

#define GHOSTMEM_PAGE_CLASSES	__GHOSTMEM_PAGE_CLASSES

/*
 * PAGES: the census of page frames as a whole. It is of no single moment, DURATION_NS long.
 * FRAMES are those that were looked at, the sum of all zones'. UNSETTLED is how often a block
 * changed while it was looked at, and was gone on with page by page: some of those may be in the
 * wrong class.
 */
enum ghostmem_pages_attr {
	GHOSTMEM_PAGES_A_UNSPEC,
	GHOSTMEM_PAGES_A_PAD,
	GHOSTMEM_PAGES_A_DURATION_NS,	/* u64 */
	GHOSTMEM_PAGES_A_FRAMES,	/* u64 */
	GHOSTMEM_PAGES_A_UNSETTLED,	/* u64 */

	__GHOSTMEM_PAGES_A_MAX,
};

#define GHOSTMEM_PAGES_A_MAX	(__GHOSTMEM_PAGES_A_MAX - 1)

/* What the allocator keeps a block of pages for; what lies in it may be something else. */
enum ghostmem_migrate {
	GHOSTMEM_MIGRATE_UNMOVABLE,
	GHOSTMEM_MIGRATE_MOVABLE,
	GHOSTMEM_MIGRATE_RECLAIMABLE,
	GHOSTMEM_MIGRATE_HIGHATOMIC,
	GHOSTMEM_MIGRATE_CMA,
	GHOSTMEM_MIGRATE_ISOLATED,

	__GHOSTMEM_MIGRATE_TYPES,
};

#define GHOSTMEM_MIGRATE_TYPES	__GHOSTMEM_MIGRATE_TYPES

/*
 * ZONE. All counts are of base pages. MANAGED_PAGES are those that the zone's allocator was given,
 * MemTotal's part. FREE_ORDERS are those of PAGE_FREE by the order of their block, KERNEL_ORDERS
 * those of PAGE_KERNEL by that of their compound page: what was allocated in one block without
 * being made a compound page is in order 0. KERNEL_MIGRATE are they again, by the kind of
 * block that they lie in. KERNEL_TRACKED_PAGES are those of them that the tracker has a record of
 * (of samples only, in GHOSTMEM_MODE_SAMPLED); absent while mode is off. LET_GO_PAGES are those of
 * UNEVICTABLE, ANON, SHMEM and FILE that no process maps and that are in no file and not in the
 * swap cache: somebody holds a reference to them, as a pipe does, or a driver that forgets to
 * unpin. No line of /proc/meminfo has them. A few are always on their way to be freed.
 */
enum ghostmem_zone_attr {
	GHOSTMEM_ZONE_A_UNSPEC,
	GHOSTMEM_ZONE_A_PAD,
	GHOSTMEM_ZONE_A_NODE,			/* u32 */
	GHOSTMEM_ZONE_A_NAME,			/* string, as in /proc/zoneinfo */
	GHOSTMEM_ZONE_A_MANAGED_PAGES,		/* u64 */
	GHOSTMEM_ZONE_A_CLASSES,		/* u64[GHOSTMEM_PAGE_CLASSES] */
	GHOSTMEM_ZONE_A_FREE_ORDERS,		/* u64[GHOSTMEM_ORDERS] */
	GHOSTMEM_ZONE_A_KERNEL_ORDERS,		/* u64[GHOSTMEM_ORDERS] */
	GHOSTMEM_ZONE_A_KERNEL_MIGRATE,		/* u64[GHOSTMEM_MIGRATE_TYPES] */
	GHOSTMEM_ZONE_A_KERNEL_TRACKED_PAGES,	/* u64 */
	GHOSTMEM_ZONE_A_LET_GO_PAGES,		/* u64 */

	__GHOSTMEM_ZONE_A_MAX,
};

#define GHOSTMEM_ZONE_A_MAX	(__GHOSTMEM_ZONE_A_MAX - 1)

#endif /* _UAPI_LINUX_GHOSTMEM_H */
