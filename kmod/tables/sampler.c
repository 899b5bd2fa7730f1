// SPDX-License-Identifier: GPL-2.0
/*
 * The sampler's slow side. See sampler.h.
 */
#include <linux/bitmap.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/random.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "tables/sampler.h"
#include "tables/table_alloc.h"

/* The natural logarithm of 2, times 2^32. */
#define GM_LN2	0xb17217f8U

/* Fractional bits that logarithms are computed to; more would make no difference to distances. */
#define GM_LOG_BITS	24

/*
 * Returns the binary logarithm of @x / 2^31, times 2^32; @x is at least 2^31. It is computed bit
 * by bit: squaring a number doubles its logarithm, whose integral part then is the next bit.
 */
static u32 gm_log2(u32 x)
{
	u32 log = 0;
	u64 square;
	int bit;

	for (bit = 31; bit > 31 - GM_LOG_BITS; bit--) {
		square = (u64)x * x >> 31;
		if (square >> 32) {
			log |= BIT(bit);
			square >>= 1;
		}
		x = square;
	}
	return log;
}

/* Returns -ln(U) times 2^32, for a U in (0, 1] made from @random: exponentially distributed. */
static u64 gm_exponential(u64 random)
{
	unsigned int zeros;
	u64 log;

	random |= 1;
	zeros = 63 - __fls(random);
	log = ((u64)(zeros + 1) << 32) - gm_log2(random << zeros >> 32);
	return mul_u64_u32_shr(log, GM_LN2, 32);
}

/*
 * Returns the page in which an exponentially distributed distance ends, counted from 1. It is
 * greater than N with the probability exp(-N / 2^level).
 */
u32 gm_distance(u32 level, u64 random)
{
	return level ? 1 + (gm_exponential(random) << level >> 32) : 1;
}

/* Splitmix64: its state is a counter, which an interrupt never sees half-updated. */
static u64 gm_random(struct gm_sampler *s)
{
	u64 z = this_cpu_add_return(s->cpu->random, 0x9e3779b97f4a7c15ULL);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

u32 gm_sampler_distance(struct gm_sampler *s, u32 level)
{
	return gm_distance(level, gm_random(s));
}

static void gm_sampler_draw(struct gm_sampler *s)
{
	u32 level;

	/* Retry if gm_sampler_redraw() interrupted: its draw may have been overwritten here. */
	do {
		level = READ_ONCE(s->level);
		/*
		 * The level is written first: an interrupt in between attributes a sample of the
		 * old distance to the new level, at most once in a change of levels.
		 */
		this_cpu_write(s->cpu->level, level);
		this_cpu_write(s->cpu->credit, -(s32)gm_sampler_distance(s, level));
		barrier(); /* pairs with the interrupt that gm_sampler_set_level() sends */
	} while (unlikely(level != READ_ONCE(s->level)));
}

static void gm_sampler_redraw(void *sampler)
{
	gm_sampler_draw(sampler);
}

static void gm_sampler_draw_for(struct gm_sampler *s, int cpu)
{
	struct gm_sampler_cpu *c = per_cpu_ptr(s->cpu, cpu);

	c->level = s->level;
	c->credit = -(s32)gm_distance(s->level, get_random_u64());
}

void gm_sampler_set_level(struct gm_sampler *s, u32 level)
{
	/* Level 0 proves a recorder: without a redraw each CPU's next page would be taken. */
	bool redraw = level < s->level || !s->level;
	int cpu;

	WRITE_ONCE(s->level, level);
	if (!redraw)
		return;
	cpus_read_lock();
	for_each_possible_cpu(cpu) {
		if (!cpu_online(cpu))
			gm_sampler_draw_for(s, cpu);
	}
	on_each_cpu(gm_sampler_redraw, s, true);
	cpus_read_unlock();
}

bool gm_sampler_take_first(struct gm_sampler *s, u32 pages, s32 credit, u32 *level, u32 *first)
{
	bool ends_here = credit < (s32)pages;

	if (ends_here) {
		*level = this_cpu_read(s->cpu->level);
		*first = pages - 1 - credit;
	} else {
		/*
		 * The distance had ended before, in a block whose probe this one interrupts, or
		 * whose probe was migrated to another CPU before it could draw the next distance.
		 * So the present block gets a draw of its own.
		 */
		*level = READ_ONCE(s->level);
		*first = gm_sampler_distance(s, *level) - 1;
	}
	gm_sampler_draw(s);
	return ends_here || *first < pages;
}

bool gm_sampler_take(struct gm_sampler *s, u32 pages, s32 credit, u32 *level)
{
	u32 first;

	return gm_sampler_take_first(s, pages, credit, level, &first);
}

/* A large block has whole words of its own; a small block shares its word with other frames. */
static unsigned long gm_mask(unsigned long pfn, unsigned long nr)
{
	return nr < BITS_PER_LONG ? (BIT(nr) - 1) << (pfn % BITS_PER_LONG) : ~0UL;
}

static bool gm_sampler_covers(const struct gm_sampler *s, unsigned long pfn, unsigned long nr)
{
	return pfn < s->limit && nr <= s->limit - pfn;
}

void gm_sampler_mark(struct gm_sampler *s, unsigned long pfn, unsigned long nr)
{
	unsigned long end = pfn + nr;

	if (!gm_sampler_covers(s, pfn, nr))
		return;
	for (; pfn < end; pfn += BITS_PER_LONG)
		atomic_long_or(gm_mask(pfn, nr), (atomic_long_t *)&s->bits[BIT_WORD(pfn)]);
}

void gm_sampler_mark_range(struct gm_sampler *s, unsigned long pfn, unsigned long nr)
{
	unsigned long first = BIT_WORD(pfn), last = BIT_WORD(pfn + nr - 1);

	if (!gm_sampler_covers(s, pfn, nr))
		return;
	/* Others may change bits of theirs in these two words, but not in those between them. */
	atomic_long_set((atomic_long_t *)&s->bits[first], -1);
	atomic_long_set((atomic_long_t *)&s->bits[last], -1);
	if (last > first + 1)
		memset(&s->bits[first + 1], 0xff, (last - first - 1) * sizeof(*s->bits));
}

void gm_sampler_unmark(struct gm_sampler *s, unsigned long pfn, unsigned long nr)
{
	unsigned long end = pfn + nr;

	if (!gm_sampler_covers(s, pfn, nr))
		return;
	for (; pfn < end; pfn += BITS_PER_LONG)
		atomic_long_andnot(gm_mask(pfn, nr), (atomic_long_t *)&s->bits[BIT_WORD(pfn)]);
}

bool gm_sampler_any(const struct gm_sampler *s, unsigned long pfn, unsigned long nr)
{
	unsigned long end = pfn + nr;

	if (!gm_sampler_covers(s, pfn, nr))
		return true;
	for (; pfn < end; pfn += BITS_PER_LONG) {
		if (READ_ONCE(s->bits[BIT_WORD(pfn)]) & gm_mask(pfn, nr))
			return true;
	}
	return false;
}

u64 gm_sampler_cycles(const struct gm_sampler *s)
{
	u64 cycles = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		cycles += READ_ONCE(per_cpu_ptr(s->cpu, cpu)->cycles);
	return cycles;
}

void gm_sampler_start(struct gm_sampler *s, u32 level)
{
	int cpu;

	gm_arm_zero(s->bits, gm_sampler_bytes(s));
	s->level = level;
	for_each_possible_cpu(cpu) {
		struct gm_sampler_cpu *c = per_cpu_ptr(s->cpu, cpu);

		c->random = get_random_u64();
		c->cycles = 0;
		gm_sampler_draw_for(s, cpu);
	}
}

int gm_sampler_init(struct gm_sampler *s, unsigned long limit)
{
	memset(s, 0, sizeof(*s));
	s->limit = limit;
	s->bits = gm_arm_vzalloc(gm_sampler_bytes(s));
	s->cpu = gm_arm_percpu(struct gm_sampler_cpu);
	if (!s->bits || !s->cpu) {
		gm_sampler_destroy(s);
		return -ENOMEM;
	}
	return 0;
}

void gm_sampler_destroy(struct gm_sampler *s)
{
	free_percpu(s->cpu);
	vfree(s->bits);
	memset(s, 0, sizeof(*s));
}
