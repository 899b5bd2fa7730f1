/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sampler: which allocations are recorded when not all are.
 *
 * Pages are counted down, per CPU, over distances drawn at random, and the block in which a
 * distance ends is a sample. At level L distances are those of a Poisson process, 2^L pages apart
 * on average: a block of 2^N pages is taken with the probability
 *
 *	P = 1 - exp(-2^N / 2^L)
 *
 * whatever was taken before, so that a sample stands for 1/P blocks, without bias (Horvitz and
 * Thompson), and is to be weighed before it is summed. At level 0 all are taken, P is 1. The
 * level belongs to the site: samples of different levels are never mixed.
 *
 * Whether a free is one of a sample's tells a bitmap, a bit a page frame, which spares
 * all other frees the look into the page map.
 */
#ifndef GHOSTMEM_TABLES_SAMPLER_H
#define GHOSTMEM_TABLES_SAMPLER_H

#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "tables/site_table.h"

/* Of pages of 4 KiB, 512 KiB; the range of levels is 8 KiB to 4 GiB then. */
#define GM_LEVEL_DEFAULT	7

/**
 * struct gm_sampler_cpu - the countdown of one CPU
 * @credit:	pages allocated, less the distance to the next sample: what makes it 0 or more
 *		is a sample
 * @level:	at which that distance was drawn
 * @random:	state of the generator
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
 * @bits:	a page frame's is set while it has a record. Others may be, for a while
 * @limit:	frames below this have a bit; of those beyond all may have a record
 * @cpu:	per CPU
 * @level:	at which distances are drawn from now on
 *
 * An interrupt may come between any two accesses to a countdown, and a probe may be moved to
 * another CPU. That a distance is then drawn anew, or twice, does not matter: however far one
 * has got, what lies ahead is distributed as at the beginning.
 */
struct gm_sampler {
	unsigned long *bits;
	unsigned long limit;
	struct gm_sampler_cpu __percpu *cpu;
	u32 level;
};

/* Covers the frames below @limit, a multiple of BITS_PER_LONG. 0 or -ENOMEM. Sleeps. */
int gm_sampler_init(struct gm_sampler *s, unsigned long limit);
void gm_sampler_destroy(struct gm_sampler *s);

/* Forgets all bits and draws all distances at @level. The hooks are stopped. Sleeps. */
void gm_sampler_start(struct gm_sampler *s, u32 level);

/*
 * Distances are drawn at @level from now on. Where that is finer, or it was 0, all CPUs draw anew,
 * by an interrupt: what one has ahead may be 2^GHOSTMEM_LEVEL_MAX pages. One caller at a
 * time. Sleeps.
 */
void gm_sampler_set_level(struct gm_sampler *s, u32 level);

/*
 * Counts @pages. Where the result is not negative there may be a sample among them, which
 * gm_sampler_take() tells. Any context.
 */
static __always_inline s32 gm_sampler_count(const struct gm_sampler *s, u32 pages)
{
	return this_cpu_add_return(s->cpu->credit, (s32)pages);
}

/*
 * Given the @credit after a block of @pages was counted: whether it is a sample, and of which
 * *@level. Draws the next distance. Any context, with preemption off.
 */
bool gm_sampler_take(struct gm_sampler *s, u32 pages, s32 credit, u32 *level);

/*
 * For @pages that are allocated together, and one by one may be samples: as above, and *@first
 * is the first of them. Further ones are gm_sampler_distance() apart.
 */
bool gm_sampler_take_first(struct gm_sampler *s, u32 pages, s32 credit, u32 *level, u32 *first);

/* Pages to the next sample, 1 or more. Any context. */
u32 gm_sampler_distance(struct gm_sampler *s, u32 level);

/* The same from 64 @random bits. */
u32 gm_distance(u32 level, u64 random);

/* The @nr frames from @pfn on get a record: they are a block, or one page. */
void gm_sampler_mark(struct gm_sampler *s, unsigned long pfn, unsigned long nr);
void gm_sampler_unmark(struct gm_sampler *s, unsigned long pfn, unsigned long nr);

/* The same for frames that are no block, all of which are the caller's, and more: see @bits. */
void gm_sampler_mark_range(struct gm_sampler *s, unsigned long pfn, unsigned long nr);

/* Whether one of the frames may have a record. Any context. */
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

/* Time stamp counts spent, on all CPUs. */
u64 gm_sampler_cycles(const struct gm_sampler *s);

#endif /* GHOSTMEM_TABLES_SAMPLER_H */
