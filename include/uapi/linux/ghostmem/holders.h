/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * HOLDERS_START, HOLDERS_STOP, HOLDERS_STATUS, HOLDERS_GET: who refers to ghost memory, whenever it
 * was allocated.
 *
 * A search looks for references to all blocks of ghost memory in the rest of the kernel's memory. A
 * block that nothing refers to is called lost. That is evidence, not proof: the limits tell which
 * references cannot be seen.
 */
#ifndef _UAPI_LINUX_GHOSTMEM_HOLDERS_H
#define _UAPI_LINUX_GHOSTMEM_HOLDERS_H

/* Most rows, HOLDER and STRAY, of a result; the largest are kept. */
#define GHOSTMEM_HOLDER_ROWS_MAX	512

/* Most links of a chain. */
#define GHOSTMEM_HOLDER_LINKS_MAX	6

/* What a search is doing. */
enum ghostmem_search_phase {
	GHOSTMEM_SEARCH_NONE,		/* there was no search since the module was loaded */
	GHOSTMEM_SEARCH_CALIBRATE,	/* learns how this kernel lays out its slabs */
	GHOSTMEM_SEARCH_TABLES,		/* walks the kernel's page tables */
	GHOSTMEM_SEARCH_GHOSTS,		/* collects the blocks of ghost memory */
	GHOSTMEM_SEARCH_ROOTS,		/* looks for references outside of ghost memory */
	GHOSTMEM_SEARCH_CLOSURE,	/* follows references from ghost memory to ghost memory */
	GHOSTMEM_SEARCH_AGAIN,		/* looks again for what has not been found */
	GHOSTMEM_SEARCH_DONE,		/* there is a result */
	GHOSTMEM_SEARCH_STOPPED,	/* stopped before there was a result */
	GHOSTMEM_SEARCH_FAILED,		/* see SEARCH_A_REASON */

	__GHOSTMEM_SEARCH_PHASES,
};

#define GHOSTMEM_SEARCH_PHASES	__GHOSTMEM_SEARCH_PHASES

/*
 * SEARCH. NUMBER counts the searches since the module was loaded. DONE of TOTAL, in units that
 * depend on PHASE, tells how far the phase is; both are 0 if that is not known. TARGET_PAGES and
 * HELD_PAGES are what is known so far.
 */
enum ghostmem_search_attr {
	GHOSTMEM_SEARCH_A_UNSPEC,
	GHOSTMEM_SEARCH_A_PAD,
	GHOSTMEM_SEARCH_A_NUMBER,	/* u32 */
	GHOSTMEM_SEARCH_A_PHASE,	/* u32, enum ghostmem_search_phase */
	GHOSTMEM_SEARCH_A_DONE,		/* u64 */
	GHOSTMEM_SEARCH_A_TOTAL,	/* u64 */
	GHOSTMEM_SEARCH_A_TARGET_PAGES,	/* u64 */
	GHOSTMEM_SEARCH_A_HELD_PAGES,	/* u64 */
	GHOSTMEM_SEARCH_A_REASON,	/* string; with SEARCH_FAILED only */

	__GHOSTMEM_SEARCH_A_MAX,
};

#define GHOSTMEM_SEARCH_A_MAX	(__GHOSTMEM_SEARCH_A_MAX - 1)

/* What a block of ghost memory is, according to its struct page. */
enum ghostmem_ghost_kind {
	GHOSTMEM_GHOST_PAGES,		/* taken from the page allocator */
	GHOSTMEM_GHOST_POOL,		/* of a page_pool */
	GHOSTMEM_GHOST_LET_GO,		/* belonged to a process or file, but no longer does */
	GHOSTMEM_GHOST_ZSPOOL,		/* compressed pages */
	GHOSTMEM_GHOST_LARGE_KMALLOC,	/* too large for the slab; until 6.14 PAGES */
	GHOSTMEM_GHOST_TYPED,		/* of a type that this module does not know */

	__GHOSTMEM_GHOST_KINDS,
};

#define GHOSTMEM_GHOST_KINDS	__GHOSTMEM_GHOST_KINDS

/* A container of references. NAME and OFFSET of a link depend on it. */
enum ghostmem_holder_kind {
	GHOSTMEM_HOLDER_UNSPEC,
	GHOSTMEM_HOLDER_MODULE,		/* variable NAME of a module, "name [module]" */
	GHOSTMEM_HOLDER_KERNEL,		/* variable NAME of the kernel image */
	GHOSTMEM_HOLDER_SLAB,		/* offset OFFSET of objects of the slab cache NAME */
	GHOSTMEM_HOLDER_VMALLOC,	/* memory that the function NAME took from vmalloc() */
	GHOSTMEM_HOLDER_VMAP,		/* mapped in the kernel by the function NAME */
	GHOSTMEM_HOLDER_BLOCK,		/* other ghost memory, which the next link holds */
	GHOSTMEM_HOLDER_PAGE,		/* struct pages of other ghost memory: a list of pages */
	GHOSTMEM_HOLDER_PERCPU,		/* per-CPU memory */
	GHOSTMEM_HOLDER_STACK,		/* the stack of the thread NAME */
	GHOSTMEM_HOLDER_BOOT,		/* memory that was allocated before the page allocator */

	__GHOSTMEM_HOLDER_KINDS,
};

#define GHOSTMEM_HOLDER_KINDS	__GHOSTMEM_HOLDER_KINDS

/* How much the holder of a row is to be trusted; of two that fit, the worse one. */
enum ghostmem_confidence {
	GHOSTMEM_CONFIDENCE_EXACT,	/* the container refers to each block */
	GHOSTMEM_CONFIDENCE_CHAIN,	/* the blocks are reached through other ghost memory */
	GHOSTMEM_CONFIDENCE_TAIL,	/* nothing refers to them; the block before them is held */
	GHOSTMEM_CONFIDENCE_STALE,	/* per-CPU memory, which often keeps old pointers */
	GHOSTMEM_CONFIDENCE_WEAK,	/* a stack or boot memory, likewise */

	__GHOSTMEM_CONFIDENCES,
};

#define GHOSTMEM_CONFIDENCES	__GHOSTMEM_CONFIDENCES

/*
 * What a search did without, or what else limits its result.
 *
 *	CONTENT	pages are not zeroed when they are allocated, so the old content of single pages was
 *		not trusted
 *	GROUPS	there were too many kinds of references; some rows are merged
 *	BLOCKS	there were too many blocks; some are left out
 *	EXTENTS	there were too many areas of vmalloc(); some are left out
 *	STACKS	there were too many threads; some stacks are left out
 *	UNFIT	too many decoys were believed: do not trust the holders
 *	DECOYS	there were too few decoys to judge by
 *	ONCE	the search was stopped before it looked again for what it had not found
 *	OBJECTS	free slab objects that a CPU keeps for itself could not be told from those in use
 */
enum ghostmem_search_limit {
	GHOSTMEM_LIMIT_CONTENT	= 1 << 0,
	GHOSTMEM_LIMIT_GROUPS	= 1 << 1,
	GHOSTMEM_LIMIT_BLOCKS	= 1 << 2,
	GHOSTMEM_LIMIT_EXTENTS	= 1 << 3,
	GHOSTMEM_LIMIT_STACKS	= 1 << 4,
	GHOSTMEM_LIMIT_UNFIT	= 1 << 5,
	GHOSTMEM_LIMIT_DECOYS	= 1 << 6,
	GHOSTMEM_LIMIT_ONCE	= 1 << 7,
	GHOSTMEM_LIMIT_OBJECTS	= 1 << 8,
};

/*
 * RESULT. GHOST_PAGES is all that was searched for, HELD_PAGES what is held; TAIL_PAGES is part of
 * HELD_PAGES. GONE_PAGES were freed meanwhile. The rest is lost, and is in LOST. A decoy is free
 * memory that is searched for as well: DECOYS_BELIEVED of DECOYS_TRIED had a holder. ROWS_OMITTED
 * is how many rows are left out, ROWS_OMITTED_PAGES what they hold.
 */
enum ghostmem_result_attr {
	GHOSTMEM_RESULT_A_UNSPEC,
	GHOSTMEM_RESULT_A_PAD,
	GHOSTMEM_RESULT_A_NUMBER,		/* u32, as SEARCH_A_NUMBER */
	GHOSTMEM_RESULT_A_DURATION_NS,		/* u64 */
	GHOSTMEM_RESULT_A_BUSY_NS,		/* u64, without the pauses */
	GHOSTMEM_RESULT_A_MEMORY_BYTES,		/* u64, that the search took */
	GHOSTMEM_RESULT_A_GHOST_BLOCKS,		/* u64 */
	GHOSTMEM_RESULT_A_GHOST_PAGES,		/* u64 */
	GHOSTMEM_RESULT_A_HELD_PAGES,		/* u64 */
	GHOSTMEM_RESULT_A_TAIL_PAGES,		/* u64 */
	GHOSTMEM_RESULT_A_GONE_PAGES,		/* u64 */
	GHOSTMEM_RESULT_A_DECOYS_TRIED,		/* u32 */
	GHOSTMEM_RESULT_A_DECOYS_BELIEVED,	/* u32 */
	GHOSTMEM_RESULT_A_LIMITS,		/* u32, enum ghostmem_search_limit */
	GHOSTMEM_RESULT_A_ROWS_OMITTED,		/* u32 */
	GHOSTMEM_RESULT_A_ROWS_OMITTED_PAGES,	/* u64 */
	GHOSTMEM_RESULT_A_LOST,			/* nest, enum ghostmem_lost_pages_attr; any */

	__GHOSTMEM_RESULT_A_MAX,
};

#define GHOSTMEM_RESULT_A_MAX	(__GHOSTMEM_RESULT_A_MAX - 1)

/* Lost blocks of one kind. ORDERS has pages, by the order of their block, rounded down. */
enum ghostmem_lost_pages_attr {
	GHOSTMEM_LOST_PAGES_A_UNSPEC,
	GHOSTMEM_LOST_PAGES_A_PAD,
	GHOSTMEM_LOST_PAGES_A_KIND,		/* u32, enum ghostmem_ghost_kind */
	GHOSTMEM_LOST_PAGES_A_BLOCKS,		/* u64 */
	GHOSTMEM_LOST_PAGES_A_PAGES,		/* u64 */
	GHOSTMEM_LOST_PAGES_A_ORDERS,		/* u64[GHOSTMEM_ORDERS] */

	__GHOSTMEM_LOST_PAGES_A_MAX,
};

#define GHOSTMEM_LOST_PAGES_A_MAX	(__GHOSTMEM_LOST_PAGES_A_MAX - 1)

/* HOLDER: blocks that are held in the same way. The first LINK refers to them. */
enum ghostmem_holder_attr {
	GHOSTMEM_HOLDER_A_UNSPEC,
	GHOSTMEM_HOLDER_A_PAD,
	GHOSTMEM_HOLDER_A_KIND,			/* u32, enum ghostmem_ghost_kind */
	GHOSTMEM_HOLDER_A_BLOCKS,		/* u64 */
	GHOSTMEM_HOLDER_A_PAGES,		/* u64 */
	GHOSTMEM_HOLDER_A_ORDERS,		/* u64[GHOSTMEM_ORDERS], as in LOST */
	GHOSTMEM_HOLDER_A_CONFIDENCE,		/* u32, enum ghostmem_confidence */
	GHOSTMEM_HOLDER_A_LINK,			/* nest, enum ghostmem_link_attr; 1 to LINKS_MAX */

	__GHOSTMEM_HOLDER_A_MAX,
};

#define GHOSTMEM_HOLDER_A_MAX	(__GHOSTMEM_HOLDER_A_MAX - 1)

/*
 * LINK. SYMBOL names what objects of the container point to in code or data of the kernel, which
 * tells more about them than the name of a slab cache that several types share.
 */
enum ghostmem_link_attr {
	GHOSTMEM_LINK_A_UNSPEC,
	GHOSTMEM_LINK_A_PAD,
	GHOSTMEM_LINK_A_KIND,			/* u32, enum ghostmem_holder_kind */
	GHOSTMEM_LINK_A_NAME,			/* string; absent if unknown */
	GHOSTMEM_LINK_A_OFFSET,			/* u32, bytes; absent if there are many */
	GHOSTMEM_LINK_A_PID,			/* u32, of HOLDER_STACK */
	GHOSTMEM_LINK_A_SYMBOL,			/* string; up to 3 */

	__GHOSTMEM_LINK_A_MAX,
};

#define GHOSTMEM_LINK_A_MAX	(__GHOSTMEM_LINK_A_MAX - 1)

/* STRAY: areas of vmalloc() that nothing refers to, by the function that took them. */
enum ghostmem_stray_attr {
	GHOSTMEM_STRAY_A_UNSPEC,
	GHOSTMEM_STRAY_A_PAD,
	GHOSTMEM_STRAY_A_CALLER,		/* string; absent if unknown: its module is gone */
	GHOSTMEM_STRAY_A_AREAS,			/* u64 */
	GHOSTMEM_STRAY_A_PAGES,			/* u64 */

	__GHOSTMEM_STRAY_A_MAX,
};

#define GHOSTMEM_STRAY_A_MAX	(__GHOSTMEM_STRAY_A_MAX - 1)

#endif /* _UAPI_LINUX_GHOSTMEM_HOLDERS_H */
