/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets of page frames, by memory section: which frames are targets of the search, which of them
 * begin a block, and which are known to be something else. A target's frame leads to the number of
 * its block: blocks are numbered in the order of their frames, so a block's number is the number of
 * first frames before it, which is a count of bits.
 *
 * The sets have no lock; only the thread of the search uses them.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_TARGETS_H
#define GHOSTMEM_CENSUS_HOLDERS_TARGETS_H

#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/mmzone.h>
#include <linux/types.h>

#define GM_TARGETS_LEAF		BIT(PFN_SECTION_SHIFT)
#define GM_TARGETS_WORDS		(GM_TARGETS_LEAF / BITS_PER_LONG)

/* Words of a set that share one entry of gm_targets_leaf.before. */
#define GM_TARGETS_RANK_WORDS	8

#define GM_NO_BLOCK		U32_MAX

/**
 * struct gm_targets_leaf - the frames of a section
 * @target:	the frame belongs to a target; cleared when the block is not searched for any more
 * @first:	the frame is the first one of a block; never cleared
 * @known:	the frame is no target, and its content needs no second look: it is mapped by
 *		vmalloc(), a page table, a struct page, or memory of the search itself
 * @before:	number of first frames in all frames before these words; see gm_targets_number()
 */
struct gm_targets_leaf {
	unsigned long target[GM_TARGETS_WORDS];
	unsigned long first[GM_TARGETS_WORDS];
	unsigned long known[GM_TARGETS_WORDS];
	u32 before[GM_TARGETS_WORDS / GM_TARGETS_RANK_WORDS];
};

/**
 * struct gm_targets - the sets
 * @section:	number of the first section
 * @sections:	number of entries in @leaf
 * @leaf:	by section; NULL where no memory was online when the search began
 * @leaves:	memory of all leaves
 * @room:	leaves in @leaves
 * @used:	leaves in use
 */
struct gm_targets {
	unsigned long section;
	unsigned long sections;
	struct gm_targets_leaf **leaf;
	struct gm_targets_leaf *leaves;
	unsigned long room;
	unsigned long used;
};

/* Bytes that gm_targets_init() allocates for @sections of which @room are covered. */
size_t gm_targets_bytes(unsigned long sections, unsigned long room);

/* Returns 0 or -ENOMEM. Sleeps. The first section is that of @pfn. */
int gm_targets_init(struct gm_targets *f, unsigned long pfn, unsigned long sections,
		    unsigned long room);
void gm_targets_destroy(struct gm_targets *f);

/* Covers the section of @pfn. Returns false if there is no room. */
bool gm_targets_cover(struct gm_targets *f, unsigned long pfn);

/* Numbers the blocks; called when all first frames are set. Returns the number of blocks. */
u32 gm_targets_number(struct gm_targets *f);

static __always_inline struct gm_targets_leaf *gm_targets_leaf(const struct gm_targets *f,
							       unsigned long pfn)
{
	unsigned long section = (pfn >> PFN_SECTION_SHIFT) - f->section;

	return likely(section < f->sections) ? f->leaf[section] : NULL;
}

static __always_inline unsigned long gm_targets_bit(unsigned long pfn)
{
	return pfn & (GM_TARGETS_LEAF - 1);
}

/* These do nothing for a frame that is not covered. */
static inline void gm_targets_set_known(struct gm_targets *f, unsigned long pfn)
{
	struct gm_targets_leaf *leaf = gm_targets_leaf(f, pfn);

	if (leaf)
		__set_bit(gm_targets_bit(pfn), leaf->known);
}

static inline bool gm_targets_is_known(const struct gm_targets *f, unsigned long pfn)
{
	const struct gm_targets_leaf *leaf = gm_targets_leaf(f, pfn);

	return leaf && test_bit(gm_targets_bit(pfn), leaf->known);
}

static inline void gm_targets_set_target(struct gm_targets *f, unsigned long pfn, bool first)
{
	struct gm_targets_leaf *leaf = gm_targets_leaf(f, pfn);

	if (!leaf)
		return;
	__set_bit(gm_targets_bit(pfn), leaf->target);
	if (first)
		__set_bit(gm_targets_bit(pfn), leaf->first);
}

static inline void gm_targets_clear_target(struct gm_targets *f, unsigned long pfn)
{
	struct gm_targets_leaf *leaf = gm_targets_leaf(f, pfn);

	if (leaf)
		__clear_bit(gm_targets_bit(pfn), leaf->target);
}

/* Returns the number of the block that the target @pfn belongs to, or GM_NO_BLOCK. */
static __always_inline u32 gm_targets_block(const struct gm_targets *f, unsigned long pfn)
{
	const struct gm_targets_leaf *leaf = gm_targets_leaf(f, pfn);
	unsigned long bit = gm_targets_bit(pfn), word = bit / BITS_PER_LONG, i;
	u32 number;

	if (!leaf || !(leaf->target[word] & BIT(bit % BITS_PER_LONG)))
		return GM_NO_BLOCK;
	number = leaf->before[word / GM_TARGETS_RANK_WORDS];
	for (i = word - word % GM_TARGETS_RANK_WORDS; i < word; i++)
		number += hweight_long(leaf->first[i]);
	/* The first frame of the block is this one, or the last one before it. */
	return number + hweight_long(leaf->first[word] & (~0UL >> (BITS_PER_LONG - 1 -
							   bit % BITS_PER_LONG))) - 1;
}

#endif /* GHOSTMEM_CENSUS_HOLDERS_TARGETS_H */
