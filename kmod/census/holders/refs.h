/* SPDX-License-Identifier: GPL-2.0 */
/*
 * References: looks through memory for words that refer to a target, and notes for the target which
 * group of references the word belongs to.
 *
 * Targets are blocks of ghost memory and extents of vmalloc(). A block is referred to by an address
 * in the direct map, or by that of one of its struct pages. Physical addresses do not count: as
 * many words look like one by chance as by intent.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_REFS_H
#define GHOSTMEM_CENSUS_HOLDERS_REFS_H

#include <linux/kallsyms.h>
#include <linux/types.h>

#include "census/holders/blocks.h"
#include "census/holders/closure.h"
#include "census/holders/extents.h"
#include "census/holders/targets.h"
#include "census/holders/groups.h"
#include "census/holders/guard.h"
#include "census/holders/pace.h"
#include "census/holders/slub.h"
#include "census/holders/stacks.h"

/**
 * struct gm_ranges - where references point to
 * @direct:	first address of the direct map
 * @direct_bytes: its size
 * @vmalloc:	first address of vmalloc's range
 * @vmalloc_bytes: its size
 * @memmap:	address of the struct page of page frame 0
 * @memmap_bytes: size of all struct pages
 *
 * They are in this order wherever KASLR places them, so most words that are no reference are told
 * by one comparison.
 */
struct gm_ranges {
	unsigned long direct;
	unsigned long direct_bytes;
	unsigned long vmalloc;
	unsigned long vmalloc_bytes;
	unsigned long memmap;
	unsigned long memmap_bytes;
};

/**
 * struct gm_refs - a search
 * @pace:	its pace
 * @ranges:	where references point to
 * @guard:	keeps struct pages in place
 * @slub:	the layout of slabs
 * @slab:	the slab that is looked at
 * @targets:	the sets of page frames
 * @block:	the blocks
 * @nr:		number of blocks
 * @room:	number that @block has room for
 * @extents:	the extents of vmalloc's range
 * @groups:	the groups
 * @closure:	the closure
 * @stacks:	the stacks of all threads
 * @root:	address of the top-level page table
 * @limits:	enum ghostmem_search_limit
 * @follow:	content of single pages is followed: the kernel zeroes pages that it allocates
 * @pass:	number of the pass through the roots
 * @done:	progress of the phase; @total likewise
 * @text:	scratch
 */
struct gm_refs {
	struct gm_pace pace;
	struct gm_ranges ranges;
	struct gm_guard guard;
	struct gm_slub slub;
	struct gm_slab slab;
	struct gm_targets targets;
	struct gm_ghost *block;
	u32 nr;
	u32 room;
	struct gm_extents extents;
	struct gm_groups groups;
	struct gm_closure closure;
	struct gm_stacks stacks;
	unsigned long root;
	u32 limits;
	bool follow;
	u32 pass;
	u64 done;
	u64 total;
	char text[KSYM_SYMBOL_LEN];
};

/**
 * struct gm_place - what is being looked through
 * @kind:	the kind of container
 * @base:	address at which it is read
 * @virt:	of a variable: its own address, which differs from that at which it is read
 * @key:	as in struct gm_group; for GHOSTMEM_HOLDER_BLOCK, the number of the block
 * @stride:	of a slab: bytes from an object to the next
 */
struct gm_place {
	enum ghostmem_holder_kind kind;
	unsigned long base;
	unsigned long virt;
	unsigned long key;
	u32 stride;
};

/* Sets @ranges; page frames from @end on do not exist. */
void gm_refs_set_ranges(struct gm_refs *r, unsigned long end);

/*
 * Looks through [@from, @to), multiples of 8. A page whose words cannot be read is skipped. Sleeps
 * for a moment.
 */
void gm_refs_scan(struct gm_refs *r, const struct gm_place *place, unsigned long from,
		  unsigned long to);

/* Looks at a single word, whose address is @at. */
void gm_refs_word(struct gm_refs *r, const struct gm_place *place, unsigned long at,
		  unsigned long value);

/* Notes that @place refers to all of the page frame @pfn. */
void gm_refs_frame(struct gm_refs *r, const struct gm_place *place, unsigned long pfn);

/* Returns the number of the block that @value refers to, or GM_NO_BLOCK. */
u32 gm_refs_block(const struct gm_refs *r, unsigned long value, bool *base);

#endif /* GHOSTMEM_CENSUS_HOLDERS_REFS_H */
