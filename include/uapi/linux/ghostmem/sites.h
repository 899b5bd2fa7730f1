/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * SITE_GET and SKB_GET: who allocated the pages or the sk_buffs that are still held.
 */
#ifndef _UAPI_LINUX_GHOSTMEM_SITES_H
#define _UAPI_LINUX_GHOSTMEM_SITES_H

/*
 * DUMP: identifies the records that are dumped. GENERATION and CLOCK_S have the values that STATUS,
 * or for SKB_GET its nest SKB, had when the dump began. UNACCOUNTED is only in dumps of accounts
 * and events: how many lives of devices and modules have none, for want of room or memory.
 */
enum ghostmem_dump_attr {
	GHOSTMEM_DUMP_A_UNSPEC,
	GHOSTMEM_DUMP_A_PAD,
	GHOSTMEM_DUMP_A_GENERATION,	/* u32 */
	GHOSTMEM_DUMP_A_CLOCK_S,	/* u64 */
	GHOSTMEM_DUMP_A_UNACCOUNTED,	/* u64 */

	__GHOSTMEM_DUMP_A_MAX,
};

#define GHOSTMEM_DUMP_A_MAX	(__GHOSTMEM_DUMP_A_MAX - 1)

/*
 * SITE: one stack. In a reply to SITE_GET it allocates blocks of pages, and each site has one order
 * and, if samples are counted, one sampling level. In a reply to SKB_GET it allocates sk_buffs.
 * ALLOCS counts the blocks or sk_buffs that were allocated, FREES those of them that are freed; a
 * block is freed when all its pages are. The units that a site holds are pages or sk_buffs.
 *
 * OLDEST_S is the age of the oldest unit that is still held. OLDEST_PID is the task that allocated
 * it, 0 for the idle task or for an interrupt that it took. AGES counts the units by age: less
 * than 10 seconds, a minute, 10 minutes, an hour, a day, and more. All three are absent when the
 * site holds nothing. If FILTER has a window, all three are of the units within the window.
 */
#define GHOSTMEM_AGES		6

enum ghostmem_site_attr {
	GHOSTMEM_SITE_A_UNSPEC,
	GHOSTMEM_SITE_A_PAD,
	GHOSTMEM_SITE_A_ID,		/* u32, unique within a generation */
	GHOSTMEM_SITE_A_FLAGS,		/* u32, GHOSTMEM_SITE_F_* */
	GHOSTMEM_SITE_A_ALLOCS,		/* u64 */
	GHOSTMEM_SITE_A_FREES,		/* u64 */
	GHOSTMEM_SITE_A_OLDEST_S,	/* u64 */
	GHOSTMEM_SITE_A_OLDEST_PID,	/* u32 */
	GHOSTMEM_SITE_A_AGES,		/* u64[GHOSTMEM_AGES] */
	GHOSTMEM_SITE_A_TREND,		/* nest, enum ghostmem_trend_attr; any number, the
					 * shortest window first
					 */
	GHOSTMEM_SITE_A_FRAME,		/* nest, enum ghostmem_frame_attr; any number, the
					 * innermost first
					 */

	__GHOSTMEM_SITE_A_MAX,
};

#define GHOSTMEM_SITE_A_MAX	(__GHOSTMEM_SITE_A_MAX - 1)

/* SITE_PAGES. LIVE_PAGES is ALLOC_PAGES - FREE_PAGES. WINDOW_PAGES needs a window in FILTER. */
enum ghostmem_site_pages_attr {
	GHOSTMEM_SITE_PAGES_A_UNSPEC,
	GHOSTMEM_SITE_PAGES_A_PAD,
	GHOSTMEM_SITE_PAGES_A_ORDER,		/* u32 */
	GHOSTMEM_SITE_PAGES_A_LEVEL,		/* u8; absent if all blocks are recorded */
	GHOSTMEM_SITE_PAGES_A_LIVE_PAGES,	/* u64 */
	GHOSTMEM_SITE_PAGES_A_ALLOC_PAGES,	/* u64 */
	GHOSTMEM_SITE_PAGES_A_FREE_PAGES,	/* u64 */
	GHOSTMEM_SITE_PAGES_A_WINDOW_PAGES,	/* u64 */

	__GHOSTMEM_SITE_PAGES_A_MAX,
};

#define GHOSTMEM_SITE_PAGES_A_MAX	(__GHOSTMEM_SITE_PAGES_A_MAX - 1)

/*
 * SITE_SKBS. LIVE_SKBS is ALLOCS - FREES. LIVE_BYTES is what the kernel charges for them now
 * (truesize). There is a DEVICE for each network device that some of them belong to now, in
 * descending order of their number. Nearly all sk_buffs in sockets belong to no device.
 */
enum ghostmem_site_skbs_attr {
	GHOSTMEM_SITE_SKBS_A_UNSPEC,
	GHOSTMEM_SITE_SKBS_A_PAD,
	GHOSTMEM_SITE_SKBS_A_LIVE_SKBS,		/* u64 */
	GHOSTMEM_SITE_SKBS_A_LIVE_BYTES,	/* u64 */
	GHOSTMEM_SITE_SKBS_A_DEVICE,		/* nest, enum ghostmem_device_attr; any number */

	__GHOSTMEM_SITE_SKBS_A_MAX,
};

#define GHOSTMEM_SITE_SKBS_A_MAX	(__GHOSTMEM_SITE_SKBS_A_MAX - 1)

/*
 * TREND tells growth from size. FLOOR is the smallest number of units that the site held during
 * the last complete window, BEFORE the smallest during the window before, which ended SPAN_S
 * earlier. Memory that fluctuates has the same floor in both, a leak has not. RISES is the number
 * of consecutive windows in which the floor has risen, up to 255. There are windows of 10 seconds
 * and of 10 minutes, or a little longer. A window length has a TREND once two windows are complete
 * that began after the site's first allocation.
 */
enum ghostmem_trend_attr {
	GHOSTMEM_TREND_A_UNSPEC,
	GHOSTMEM_TREND_A_PAD,
	GHOSTMEM_TREND_A_SPAN_S,	/* u32 */
	GHOSTMEM_TREND_A_FLOOR,		/* u64 */
	GHOSTMEM_TREND_A_BEFORE,	/* u64 */
	GHOSTMEM_TREND_A_RISES,		/* u32 */

	__GHOSTMEM_TREND_A_MAX,
};

#define GHOSTMEM_TREND_A_MAX	(__GHOSTMEM_TREND_A_MAX - 1)

enum ghostmem_device_state {
	GHOSTMEM_DEVICE_PRESENT,
	GHOSTMEM_DEVICE_GONE,		/* unregistered; name and numbers are the last it had */

	__GHOSTMEM_DEVICE_STATE_MAX,
};

enum ghostmem_device_attr {
	GHOSTMEM_DEVICE_A_UNSPEC,
	GHOSTMEM_DEVICE_A_PAD,
	GHOSTMEM_DEVICE_A_NAME,		/* string */
	GHOSTMEM_DEVICE_A_IFINDEX,	/* u32 */
	GHOSTMEM_DEVICE_A_NETNS,	/* u32, the namespace's inode number */
	GHOSTMEM_DEVICE_A_STATE,	/* u32, enum ghostmem_device_state */
	GHOSTMEM_DEVICE_A_SKBS,		/* u64, part of the site's LIVE_SKBS */
	GHOSTMEM_DEVICE_A_BYTES,	/* u64, part of the site's LIVE_BYTES */

	__GHOSTMEM_DEVICE_A_MAX,
};

#define GHOSTMEM_DEVICE_A_MAX	(__GHOSTMEM_DEVICE_A_MAX - 1)

#define GHOSTMEM_SITE_F_OTHER		(1U << 0) /* many stacks: the table was full */
#define GHOSTMEM_SITE_F_NO_STACK	(1U << 1) /* the stack could not be read */
#define GHOSTMEM_SITE_F_OLDEST_MIN	(1U << 2) /* OLDEST_S is a lower bound */
#define GHOSTMEM_SITE_F_CUT		(1U << 3) /* frames beyond STACK_MAX not kept */
#define GHOSTMEM_SITE_F_NO_CALLER	(1U << 4) /* no stack: tracers hid the return address */
#define GHOSTMEM_SITE_F_RECLAIMABLE	(1U << 5) /* its first block had __GFP_RECLAIMABLE */

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
	GHOSTMEM_FRAME_A_SRCVERSION,	/* string, if frozen; of a loaded module, see sysfs */

	__GHOSTMEM_FRAME_A_MAX,
};

#define GHOSTMEM_FRAME_A_MAX	(__GHOSTMEM_FRAME_A_MAX - 1)

#endif /* _UAPI_LINUX_GHOSTMEM_SITES_H */
