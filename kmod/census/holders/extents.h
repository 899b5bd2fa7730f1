/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The extents of vmalloc's address range: what is mapped there without a gap. Each is an area of
 * vmalloc() or vmap(), or several that adjoin.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_EXTENTS_H
#define GHOSTMEM_CENSUS_HOLDERS_EXTENTS_H

#include <linux/types.h>

#include "census/holders/blocks.h"

#define GM_NO_EXTENT		U32_MAX

/* Most extents; a host with more has other problems. */
#define GM_EXTENTS_MAX		1048576U

/*
 * enum gm_extent_kind - what an extent is for
 * @GM_EXTENT_VMALLOC:	memory of vmalloc(), or an area about which nothing was found
 * @GM_EXTENT_VMAP:	pages that somebody else allocated
 * @GM_EXTENT_DEVICE:	registers of a device, which must not be read
 * @GM_EXTENT_PERCPU:	per-CPU memory
 * @GM_EXTENT_STACK:	stacks of threads
 * @GM_EXTENT_OWN:	memory of the search itself
 */
enum gm_extent_kind {
	GM_EXTENT_VMALLOC,
	GM_EXTENT_VMAP,
	GM_EXTENT_DEVICE,
	GM_EXTENT_PERCPU,
	GM_EXTENT_STACK,
	GM_EXTENT_OWN,
};

/**
 * struct gm_extent - an extent
 * @start:	its first address
 * @end:	the address after its last page
 * @caller:	the function that asked for it, or 0 if not known
 * @size:	bytes of its address range, with the guard page; 0 if not known
 * @kind:	what it is for
 * @seen:	number of the last pass in which it was still mapped
 * @candidate:	groups of references to it
 */
struct gm_extent {
	unsigned long start;
	unsigned long end;
	unsigned long caller;
	unsigned long size;
	enum gm_extent_kind kind;
	u32 seen;
	u16 candidate[GM_CANDIDATES];
};

/**
 * struct gm_extents - all extents, in ascending order
 * @extent:	the extents
 * @nr:		number of extents
 * @room:	number that @extent has room for
 * @overflown:	there were more
 * @last:	the extent that was found last
 */
struct gm_extents {
	struct gm_extent *extent;
	u32 nr;
	u32 room;
	bool overflown;
	u32 last;
};

int gm_extents_init(struct gm_extents *e, u32 room);
void gm_extents_destroy(struct gm_extents *e);

/* Adds what is mapped at [@start, @end). Called in ascending order. */
void gm_extents_add(struct gm_extents *e, unsigned long start, unsigned long end);

/* Returns the number of the extent that contains @address, or GM_NO_EXTENT. */
u32 gm_extents_find(struct gm_extents *e, unsigned long address);

#endif /* GHOSTMEM_CENSUS_HOLDERS_EXTENTS_H */
