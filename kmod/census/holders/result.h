/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The result of a search, as plain values: no address, and nothing of the search's tables.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_RESULT_H
#define GHOSTMEM_CENSUS_HOLDERS_RESULT_H

#include <linux/ghostmem.h>
#include <linux/kref.h>
#include <linux/types.h>

#include "census/holders/groups.h"

struct gm_refs;

/**
 * struct gm_amount - blocks
 * @blocks:	their number
 * @pages:	their pages
 * @orders:	pages by the order of their block, rounded down
 */
struct gm_amount {
	u64 blocks;
	u64 pages;
	u64 orders[GHOSTMEM_ORDERS];
};

/**
 * struct gm_holder_row - blocks that are held in the same way
 * @amount:	the blocks
 * @kind:	what they are
 * @confidence:	how much the holder is to be trusted
 * @links:	number of entries in @link
 * @link:	indices of gm_holders_result.link
 */
struct gm_holder_row {
	struct gm_amount amount;
	enum ghostmem_ghost_kind kind;
	enum ghostmem_confidence confidence;
	u32 links;
	u16 link[GHOSTMEM_HOLDER_LINKS_MAX];
};

/**
 * struct gm_stray_row - areas of vmalloc() that nothing refers to
 * @caller:	the function that took them, or empty
 * @areas:	their number
 * @pages:	their pages
 */
struct gm_stray_row {
	char caller[GM_GROUP_NAME];
	u64 areas;
	u64 pages;
};

/* Most rows of stray areas; further ones are in the last of these. */
#define GM_STRAY_ROWS	32

/**
 * struct gm_holders_result - the result
 * @ref:	references to it
 * @number:	number of the search
 * @duration_ns: time from start to end
 * @busy_ns:	time without pauses
 * @memory:	bytes that the search took
 * @limits:	enum ghostmem_search_limit
 * @ghosts:	all blocks
 * @held:	pages that are held, including @tail
 * @tail:	pages that follow a block that is held
 * @gone:	pages that were freed meanwhile
 * @lost:	blocks that nothing refers to, by enum ghostmem_ghost_kind
 * @tried:	number of decoys
 * @believed:	number of decoys that had a holder
 * @rows:	number of rows
 * @omitted:	number of rows that are left out, and @omitted_pages what they hold
 * @row:	the rows, the largest first
 * @links:	number of entries in @link
 * @link:	the containers that rows refer to
 * @strays:	number of entries in @stray
 * @stray:	stray areas
 */
struct gm_holders_result {
	struct kref ref;
	u32 number;
	u64 duration_ns;
	u64 busy_ns;
	u64 memory;
	u32 limits;
	struct gm_amount ghosts;
	u64 held;
	u64 tail;
	u64 gone;
	struct gm_amount lost[GHOSTMEM_GHOST_KINDS];
	u32 tried;
	u32 believed;
	u32 rows;
	u32 omitted;
	u64 omitted_pages;
	struct gm_holder_row *row;
	u32 links;
	struct gm_group *link;
	u32 strays;
	struct gm_stray_row stray[GM_STRAY_ROWS];
};

/* Sums up what @r has found. NULL if there is no memory. Sleeps. */
struct gm_holders_result *gm_result_create(struct gm_refs *r);

void gm_result_put(struct gm_holders_result *result);

#endif /* GHOSTMEM_CENSUS_HOLDERS_RESULT_H */
