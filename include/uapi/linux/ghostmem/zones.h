/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * ZONE_GET: what each page frame is used for.
 */
#ifndef _UAPI_LINUX_GHOSTMEM_ZONES_H
#define _UAPI_LINUX_GHOSTMEM_ZONES_H

/*
 * The class of a page frame, according to its struct page; for every page of a compound page, that
 * of the head page. Each frame is of the first class that fits.
 *
 * PCP and TAIL look the same in struct page: nobody holds a reference. A frame that has a record is
 * TAIL. The others are counted as PCP up to the number of pages that the allocator reports, at the
 * end of the census, to be in its per-CPU lists; the rest are counted as TAIL. TAIL pages are held
 * in the same way as KERNEL pages, except for a few frames that are just being allocated or freed.
 */
enum ghostmem_page_class {
	GHOSTMEM_PAGE_RESERVED,		/* never given to the page allocator: the kernel image */
	GHOSTMEM_PAGE_FREE,		/* in the buddy allocator */
	GHOSTMEM_PAGE_SLAB,
	GHOSTMEM_PAGE_LARGE_KMALLOC,	/* too large for the slab; until 6.14 counted as KERNEL */
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
	GHOSTMEM_PAGE_PCP,		/* free, in per-CPU lists */
	GHOSTMEM_PAGE_TAIL,		/* all but the first page of a block that is held */
	GHOSTMEM_PAGE_KERNEL,		/* held, and nothing says what for */

	__GHOSTMEM_PAGE_CLASSES,
};

#define GHOSTMEM_PAGE_CLASSES	__GHOSTMEM_PAGE_CLASSES

/*
 * PAGES: the census of page frames as a whole. It takes DURATION_NS, so it does not show a single
 * moment. FRAMES is the number of frames that were looked at, the sum over all zones. UNSETTLED is
 * how often a block changed while it was looked at and had to be looked at page by page; some of
 * these pages may be in the wrong class.
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

/* The migrate type of a pageblock. Pages in the block may be of another type. */
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
 * ZONE. All counts are of base pages.
 *
 *	MANAGED_PAGES	pages given to the zone's allocator; the sum over all zones is MemTotal
 *	CLASSES		by enum ghostmem_page_class
 *	FREE_ORDERS	of PAGE_FREE, by the order of their free block
 *	KERNEL_ORDERS	of PAGE_KERNEL, by the order of their compound page; a block that was not
 *			made a compound page counts as pages of order 0
 *	KERNEL_MIGRATE	of PAGE_KERNEL, by the migrate type of their pageblock
 *	KERNEL_TRACKED_PAGES	of PAGE_KERNEL, those that the tracker has a record of; in
 *			GHOSTMEM_MODE_SAMPLED only samples have one. Absent while mode is off.
 *	LET_GO_PAGES	of UNEVICTABLE, ANON, SHMEM and FILE, those that no process maps and that
 *			are neither in a file nor in the swap cache: somebody still holds a
 *			reference, such as a pipe, or a driver that forgot to unpin them. No line
 *			of /proc/meminfo counts them. A few pages are always about to be freed.
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

#endif /* _UAPI_LINUX_GHOSTMEM_ZONES_H */
