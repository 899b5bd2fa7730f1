/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sampler: decides which allocations are recorded when not all of them are.
 *
 * Each CPU counts its allocated pages down over distances drawn at random, and the block in which
 * a distance ends is a sample. At level L the samples form a Poisson process with a mean distance
 * of 2^L pages: a block of 2^N pages is taken with the probability
 *
 *	P = 1 - exp(-2^N / 2^L)
 *
 * whatever was taken before. So a sample stands for 1/P blocks, without bias (Horvitz and
 * Thompson), and has to be weighted before it is summed. At level 0 all blocks are taken, and P is
 * 1. The level is part of the site, so samples of different levels are never mixed.
 *
 * A bitmap with one bit for each page frame tells whether a free is that of a sample. This saves
 * all other frees the lookup in the page map.
 */
#ifndef GHOSTMEM_TABLES_SAMPLER_H
#define GHOSTMEM_TABLES_SAMPLER_H

#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "tables/site_table.h"

/* With pages of 4 KiB, a mean distance of 512 KiB; the levels then range from 8 KiB to 4 GiB. */
#define GM_LEVEL_DEFAULT	7

/**
 * struct gm_sampler_cpu - the countdown of one CPU
 * @credit:	pages allocated, less the distance to the next sample: the allocation that makes it
 *		0 or more is a sample
 * @level:	the level at which that distance was drawn
 * @random:	state of the random number generator
 * @cycles:	time stamp counts spent on samples and on their frees
 */
struct gm_sampler_cpu {
	s32 credit;
	u32 level;
	u64 random;
	u64 cycles;
};

/**
 * struct gm_sampler - an instance
 * @bits:	a page frame's bit is set while it has a record. Other bits may be set for a while
 * @limit:	frames below this have a bit; any frame from here on may have a record
 * @cpu:	the countdowns
 * @level:	the level at which distances are drawn from now on
 *
 * An interrupt may come between any two accesses to a countdown, and a probe may be migrated to
 * another CPU. A distance may then be drawn again, or twice. This does not matter, because the
 * distribution is memoryless: however much of a distance has been counted, the rest of it is
 * distributed like a new one.
 */
struct gm_sampler {
	unsigned long *bits;
	unsigned long limit;
	struct gm_sampler_cpu __percpu *cpu;
	u32 level;
};

/* Covers the frames below @limit, a multiple of BITS_PER_LONG. Returns 0 or -ENOMEM. Sleeps. */
int gm_sampler_init(struct gm_sampler *s, unsigned long limit);
void gm_sampler_destroy(struct gm_sampler *s);

/* Clears all bits and draws all distances at @level. The hooks have to be stopped. Sleeps. */
void gm_sampler_start(struct gm_sampler *s, u32 level);

/*
 * Makes distances be drawn at @level from now on. If that is finer than before, or the level was 0,
 * all CPUs draw a new distance in an interrupt, because the present one may have some
 * 2^GHOSTMEM_LEVEL_MAX pages left. One caller at a time. Sleeps.
 */
void gm_sampler_set_level(struct gm_sampler *s, u32 level);

/*
 * Counts @pages. If the result is not negative, there may be a sample among them, which
 * gm_sampler_take() decides. Any context.
 */
static __always_inline s32 gm_sampler_count(const struct gm_sampler *s, u32 pages)
{
	return this_cpu_add_return(s->cpu->credit, (s32)pages);
}

/*
 * Returns whether a block of @pages is a sample, given the @credit after it was counted, and sets
 * *@level to the sample's level. Draws the next distance. Any context, with preemption off.
 */
bool gm_sampler_take(struct gm_sampler *s, u32 pages, s32 credit, u32 *level);

/*
 * Does the same for @pages that are allocated together but sampled one by one: *@first is the
 * index of the first sample. Further samples are gm_sampler_distance() apart.
 */
bool gm_sampler_take_first(struct gm_sampler *s, u32 pages, s32 credit, u32 *level, u32 *first);

/* Draws the number of pages to the next sample, 1 or more. Any context. */
u32 gm_sampler_distance(struct gm_sampler *s, u32 level);

/* Computes such a distance from 64 @random bits. */
u32 gm_distance(u32 level, u64 random);

/* Sets or clears the bits of the @nr frames from @pfn on, which are a block or a single page. */
void gm_sampler_mark(struct gm_sampler *s, unsigned long pfn, unsigned long nr);
void gm_sampler_unmark(struct gm_sampler *s, unsigned long pfn, unsigned long nr);

/*
 * Sets the bits of frames that need not be a block; the caller owns all of them. Bits of frames
 * next to them may be set as well, which @bits allows.
 */
void gm_sampler_mark_range(struct gm_sampler *s, unsigned long pfn, unsigned long nr);

/* Whether any of the frames may have a record. Any context. */
bool gm_sampler_any(const struct gm_sampler *s, unsigned long pfn, unsigned long nr);

static __always_inline bool gm_sampler_may_have(const struct gm_sampler *s, unsigned long pfn)
{
	return unlikely(pfn >= s->limit) || test_bit(pfn, s->bits);
}

/* Bytes of memory that the bitmap takes. */
static inline size_t gm_sampler_bytes(const struct gm_sampler *s)
{
	return s->limit / BITS_PER_BYTE;
}

/* Sum of the time stamp counts spent on all CPUs. */
u64 gm_sampler_cycles(const struct gm_sampler *s);

#endif /* GHOSTMEM_TABLES_SAMPLER_H */
