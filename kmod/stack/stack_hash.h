/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A stack, and the hash by which its site is found.
 */
#ifndef GHOSTMEM_STACK_STACK_HASH_H
#define GHOSTMEM_STACK_STACK_HASH_H

#include <linux/compiler.h>
#include <linux/types.h>

#include <linux/ghostmem.h>

/**
 * struct gm_block - what is allocated
 * @order:	the block has 2^@order pages
 * @level:	level at which the block was taken as a sample, at most GHOSTMEM_LEVEL_MAX, see
 *		tables/sampler.h; 0 if all blocks are taken
 * @flags:	GHOSTMEM_SITE_F_RECLAIMABLE or 0; not part of a site's identity, so it costs the
 *		fast path nothing
 */
struct gm_block {
	u16 order;
	u16 flags;
	u32 level;
};

/**
 * struct gm_stack - a stack as the hooks take it
 * @block:	what is allocated at its end
 * @flags:	GHOSTMEM_SITE_F_NO_STACK, GHOSTMEM_SITE_F_NO_CALLER, GHOSTMEM_SITE_F_CUT
 * @depth:	frames in use
 * @frame:	return addresses, innermost first. There is room for two more than are kept: one
 *		that may be left out, and one that tells whether the stack goes on
 */
struct gm_stack {
	struct gm_block block;
	u8 flags;
	u8 depth;
	unsigned long frame[GHOSTMEM_STACK_MAX + 2];
};

/*
 * The hash of a stack is computed frame by frame, from the innermost on. Each step is a bijection
 * of the hash before it and of the frame. gm_sites_find() compares the hash alone: the chance that
 * any two of 65,536 sites share a hash of 63 bits is 1 in 4 thousand million.
 */
static __always_inline u64 gm_hash_start(struct gm_block block)
{
	return 0x243f6a8885a308d3ULL + block.order + (block.level << 8);
}

/* The factor is odd, and fits into an instruction as an immediate. */
static __always_inline u64 gm_hash_frame(u64 hash, unsigned long frame)
{
	return (hash ^ frame) * 0x5bd1e995;
}

/* Never 0. */
static __always_inline u64 gm_hash_end(u64 hash, u8 flags)
{
	return (hash ^ flags << 1) | 1;
}

#endif /* GHOSTMEM_STACK_STACK_HASH_H */
