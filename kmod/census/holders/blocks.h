/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The blocks whose holders are searched for. A block is what the page allocator handed out at once:
 * a compound page, or a page with those behind it that nobody else has.
 *
 * A host may have many millions of blocks, so a block has 16 bytes.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_BLOCKS_H
#define GHOSTMEM_CENSUS_HOLDERS_BLOCKS_H

#include <linux/bits.h>
#include <linux/ghostmem.h>
#include <linux/types.h>

/* Most groups of references that a block remembers. */
#define GM_CANDIDATES		4

/*
 * enum gm_block_flag - what has been found out about a block
 * @GM_BLOCK_HELD:	reached from a root; the first candidate says how
 * @GM_BLOCK_SEEN:	held, and what it refers to has been looked at
 * @GM_BLOCK_BASE:	a pointer to its first byte was found
 * @GM_BLOCK_TAIL:	not reached, but it follows a page with GM_BLOCK_BASE; see runs.h
 * @GM_BLOCK_COMPOUND:	a compound page
 * @GM_BLOCK_DECOY:	free memory, searched for to learn how often a holder is found by mistake
 * @GM_BLOCK_PROBE:	belongs to the self-test
 * @GM_BLOCK_GONE:	freed, or used for something else, during the search
 */
enum gm_block_flag {
	GM_BLOCK_HELD		= BIT(0),
	GM_BLOCK_SEEN		= BIT(1),
	GM_BLOCK_BASE		= BIT(2),
	GM_BLOCK_TAIL		= BIT(3),
	GM_BLOCK_COMPOUND	= BIT(4),
	GM_BLOCK_DECOY		= BIT(5),
	GM_BLOCK_PROBE		= BIT(6),
	GM_BLOCK_GONE		= BIT(7),
};

#define GM_BLOCK_PFN_BITS	40
#define GM_BLOCK_NR_BITS	12
#define GM_BLOCK_NR_MAX		BIT(GM_BLOCK_NR_BITS)

/**
 * struct gm_ghost - a block
 * @pfn:	its first page frame
 * @less:	number of its pages, less one
 * @kind:	enum ghostmem_ghost_kind
 * @flags:	enum gm_block_flag
 * @candidate:	groups of references to it, see groups.h; 0: none
 */
struct gm_ghost {
	u64 pfn : GM_BLOCK_PFN_BITS;
	u64 less : GM_BLOCK_NR_BITS;
	u64 kind : 4;
	u64 flags : 8;
	u16 candidate[GM_CANDIDATES];
};

static inline unsigned long gm_block_pages(const struct gm_ghost *block)
{
	return block->less + 1;
}

/* Whether the search ended without a holder. */
static inline bool gm_block_is_lost(const struct gm_ghost *block)
{
	return !(block->flags & (GM_BLOCK_HELD | GM_BLOCK_TAIL | GM_BLOCK_DECOY | GM_BLOCK_PROBE |
				 GM_BLOCK_GONE));
}

#endif /* GHOSTMEM_CENSUS_HOLDERS_BLOCKS_H */
