// SPDX-License-Identifier: GPL-2.0
/*
 * The sampler: distances have the right distribution, every page has the same chance, and the
 * bitmap keeps what is set in it. And the levels that the governor derives from a cost.
 */
#include <kunit/test.h>
#include <linux/math64.h>
#include <linux/preempt.h>

#include "upkeep/governor.h"
#include "tables/sampler.c"

#define LIMIT	(4 * 1024)
#define DRAWS	200000

static int sampler_test_init(struct kunit *test)
{
	struct gm_sampler *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, 0, gm_sampler_init(s, LIMIT));
	gm_sampler_start(s, GM_LEVEL_DEFAULT);
	test->priv = s;
	return 0;
}

static void sampler_test_exit(struct kunit *test)
{
	if (test->priv)
		gm_sampler_destroy(test->priv);
}

/* A change to a finer level does not wait, on any CPU, for the end of a distance already drawn. */
static void finer_levels_count_at_once(struct kunit *test)
{
	struct gm_sampler *s = test->priv;
	int cpu;

	gm_sampler_start(s, GHOSTMEM_LEVEL_MAX);
	gm_sampler_set_level(s, 1);
	for_each_possible_cpu(cpu) {
		const struct gm_sampler_cpu *c = per_cpu_ptr(s->cpu, cpu);

		KUNIT_EXPECT_EQ(test, 1U, c->level);
		/* The longest distance at level 1 is 2 * ln(2^64) + 1. */
		KUNIT_EXPECT_GE(test, c->credit, -91);
	}
	/* A distance that is fine enough is not drawn again. */
	per_cpu_ptr(s->cpu, 0)->credit = -5;
	gm_sampler_set_level(s, 2);
	KUNIT_EXPECT_EQ(test, -5, per_cpu_ptr(s->cpu, 0)->credit);
}

static void logarithms_are_right(struct kunit *test)
{
	/* Binary logarithms of 1, the root of 2, 1.5 and nearly 2, times 2^32. */
	static const struct { u32 x; u32 log; } known[] = {
		{ 0x80000000, 0 }, { 0xb504f333, 0x7fffffff }, { 0xc0000000, 0x95c01a39 },
		{ 0xffffffff, 0xffffffff },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		KUNIT_EXPECT_LT(test, abs((s64)gm_log2(known[i].x) - known[i].log), 1024LL);
	/* -ln(1/2), and the results for the least and the largest random numbers. */
	KUNIT_EXPECT_LT(test, abs((s64)gm_exponential(1ULL << 63) - GM_LN2), 1024LL);
	KUNIT_EXPECT_EQ(test, 44ULL, gm_exponential(0) >> 32);
	KUNIT_EXPECT_LT(test, gm_exponential(U64_MAX), 4096ULL);
}

/* The share of distances that are longer than N is exp(-N / 2^level), in millionths. */
static void distances_are_exponential(struct kunit *test)
{
	static const struct { u32 pages; u32 ppm; } known[] = {
		{ 1, 992218 }, { 16, 882497 }, { 64, 606531 }, { 128, 367879 },
		{ 256, 135335 }, { 512, 18316 },
	};
	struct gm_sampler *s = test->priv;
	u32 longer[ARRAY_SIZE(known)] = {};
	unsigned int i, n;
	u64 sum = 0;

	for (n = 0; n < DRAWS; n++) {
		u32 distance = gm_sampler_distance(s, GM_LEVEL_DEFAULT);

		KUNIT_ASSERT_GT(test, distance, 0U);
		sum += distance;
		for (i = 0; i < ARRAY_SIZE(known); i++)
			longer[i] += distance > known[i].pages;
	}
	/*
	 * Six standard deviations are at most 0.67 % for a share, and 1.7 for the mean: the chance
	 * that any of these comparisons fails is less than one in fifty millions.
	 */
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		s64 ppm = div_u64(longer[i] * 1000000ULL, DRAWS);

		KUNIT_EXPECT_LT(test, abs(ppm - known[i].ppm), 6800LL);
	}
	/* 1 / (1 - exp(-1/128)) is 128.5. */
	KUNIT_EXPECT_LT(test, abs((s64)div_u64(sum * 10, DRAWS) - 1285), 18LL);
	KUNIT_EXPECT_EQ(test, 1U, gm_sampler_distance(s, 0));
	KUNIT_EXPECT_LE(test, gm_distance(GHOSTMEM_LEVEL_MAX, 0), (u32)S32_MAX / 2);
}

/* Blocks of 1, 8 and 64 pages, in turn: each is a sample as often as its size requires. */
static void blocks_are_taken_by_their_size(struct kunit *test)
{
	static const struct { u32 pages; u32 ppm; } known[] = {
		{ 1, 7782 }, { 8, 60587 }, { 64, 393469 },
	};
	struct gm_sampler *s = test->priv;
	u32 taken[ARRAY_SIZE(known)] = {}, level;
	unsigned int i, n;

	for (n = 0; n < DRAWS; n++) {
		for (i = 0; i < ARRAY_SIZE(known); i++) {
			s32 credit;

			preempt_disable();
			credit = gm_sampler_count(s, known[i].pages);
			if (credit >= 0)
				taken[i] += gm_sampler_take(s, known[i].pages, credit, &level);
			preempt_enable();
		}
	}
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		s64 ppm = div_u64(taken[i] * 1000000ULL, DRAWS);

		/* As above: six standard deviations. */
		KUNIT_EXPECT_LT(test, abs(ppm - known[i].ppm), 6800LL);
	}
}

/* A block that finds the countdown already ended by another block still has the same chance. */
static void interrupted_draws_are_made_again(struct kunit *test)
{
	struct gm_sampler *s = test->priv;
	u32 taken = 0, level;
	unsigned int n;
	s64 ppm;

	preempt_disable();
	for (n = 0; n < DRAWS; n++) {
		this_cpu_write(s->cpu->credit, 3);
		level = 0;
		taken += gm_sampler_take(s, 8, gm_sampler_count(s, 8), &level);
		if (level != GM_LEVEL_DEFAULT || this_cpu_read(s->cpu->credit) >= 0)
			break;
	}
	preempt_enable();
	KUNIT_EXPECT_EQ(test, (unsigned int)DRAWS, n);
	ppm = div_u64(taken * 1000000ULL, DRAWS);
	/* Six standard deviations, which are 0.053 % each. */
	KUNIT_EXPECT_LT(test, abs(ppm - 60587), 3300LL);
}

/* Tests which of several pages allocated together is the first sample. */
static void first_of_many(struct kunit *test)
{
	struct gm_sampler *s = test->priv;
	u32 first, level;

	preempt_disable();
	this_cpu_write(s->cpu->credit, -1);
	KUNIT_EXPECT_TRUE(test, gm_sampler_take_first(s, 16, gm_sampler_count(s, 16), &level,
						      &first));
	KUNIT_EXPECT_EQ(test, 0U, first);
	this_cpu_write(s->cpu->credit, -16);
	KUNIT_EXPECT_TRUE(test, gm_sampler_take_first(s, 16, gm_sampler_count(s, 16), &level,
						      &first));
	KUNIT_EXPECT_EQ(test, 15U, first);
	this_cpu_write(s->cpu->credit, -17);
	KUNIT_EXPECT_LT(test, gm_sampler_count(s, 16), 0);
	preempt_enable();
}

/* A distance that was drawn at one level leads to a sample of that level. */
static void level_goes_with_the_distance(struct kunit *test)
{
	struct gm_sampler *s = test->priv;
	u32 level = 0;
	s32 credit;

	preempt_disable();
	s->level = 12;
	this_cpu_write(s->cpu->credit, -1);
	credit = gm_sampler_count(s, 1);
	KUNIT_EXPECT_TRUE(test, gm_sampler_take(s, 1, credit, &level));
	KUNIT_EXPECT_EQ(test, (u32)GM_LEVEL_DEFAULT, level);
	this_cpu_write(s->cpu->credit, -1);
	credit = gm_sampler_count(s, 1);
	KUNIT_EXPECT_TRUE(test, gm_sampler_take(s, 1, credit, &level));
	KUNIT_EXPECT_EQ(test, 12U, level);
	preempt_enable();
}

static void bits_are_a_blocks_own(struct kunit *test)
{
	struct gm_sampler *s = test->priv;
	unsigned int order;

	for (order = 0; order <= 10; order++) {
		unsigned long nr = 1UL << order, pfn = 1024 + nr % 1024;

		gm_sampler_mark(s, pfn, nr);
		KUNIT_EXPECT_EQ(test, nr, (unsigned long)bitmap_weight(s->bits, LIMIT));
		KUNIT_EXPECT_TRUE(test, gm_sampler_any(s, pfn, nr));
		KUNIT_EXPECT_TRUE(test, gm_sampler_may_have(s, pfn));
		KUNIT_EXPECT_TRUE(test, gm_sampler_may_have(s, pfn + nr - 1));
		KUNIT_EXPECT_FALSE(test, gm_sampler_any(s, pfn - 1, 1));
		KUNIT_EXPECT_FALSE(test, gm_sampler_any(s, pfn + nr, 1));
		/* Freed in parts. */
		gm_sampler_unmark(s, pfn + nr - 1, 1);
		KUNIT_EXPECT_EQ(test, order > 0, gm_sampler_any(s, pfn, nr));
		gm_sampler_unmark(s, pfn, nr);
		KUNIT_EXPECT_TRUE(test, bitmap_empty(s->bits, LIMIT));
	}
	/* Nothing is known about frames beyond the bitmap. */
	KUNIT_EXPECT_TRUE(test, gm_sampler_may_have(s, LIMIT));
	KUNIT_EXPECT_TRUE(test, gm_sampler_any(s, LIMIT - 1, 2));
	gm_sampler_mark(s, LIMIT, 1);
	gm_sampler_unmark(s, LIMIT, 1);
}

static void governor_keeps_to_what_is_allowed(struct kunit *test)
{
	/* Up as far as needed in one step, down one level at a time, never below the setting. */
	KUNIT_EXPECT_EQ(test, 7U, gm_governor_level(7, 7, 100, 100));
	KUNIT_EXPECT_EQ(test, 8U, gm_governor_level(7, 7, 101, 100));
	KUNIT_EXPECT_EQ(test, 11U, gm_governor_level(7, 7, 1600, 100));
	KUNIT_EXPECT_EQ(test, (u32)GHOSTMEM_LEVEL_MAX, gm_governor_level(7, 7, U64_MAX, 0));
	KUNIT_EXPECT_EQ(test, 9U, gm_governor_level(9, 7, 40, 100));
	KUNIT_EXPECT_EQ(test, 8U, gm_governor_level(9, 7, 37, 100));
	KUNIT_EXPECT_EQ(test, 7U, gm_governor_level(7, 7, 0, 100));
	KUNIT_EXPECT_EQ(test, 12U, gm_governor_level(7, 12, 0, 100));
}

/* A budget of 1 %, with the highest cost of samples that is allowed, and with 1 ppm more. */
static void what_events_cost_is_not_the_samples(struct kunit *test)
{
	static const struct { u64 events; u64 allowed; } known[] = {
		{ 0, 10000 }, { 4000, 6000 }, { 9000, 1000 },
		/* Samples always get a share of the budget. */
		{ 9999, 625 }, { 10000, 625 }, { 500000, 625 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		KUNIT_EXPECT_EQ(test, 7U, gm_governor_next(7, 7, 10000, known[i].events,
							   known[i].allowed));
		KUNIT_EXPECT_EQ(test, 8U, gm_governor_next(7, 7, 10000, known[i].events,
							   known[i].allowed + 1));
	}
	/* Without a budget the level is the setting, whatever it costs. */
	KUNIT_EXPECT_EQ(test, 7U, gm_governor_next(12, 7, 0, 500000, 500000));
}

static struct kunit_case sampler_cases[] = {
	KUNIT_CASE(finer_levels_count_at_once),
	KUNIT_CASE(logarithms_are_right),
	KUNIT_CASE(distances_are_exponential),
	KUNIT_CASE(blocks_are_taken_by_their_size),
	KUNIT_CASE(interrupted_draws_are_made_again),
	KUNIT_CASE(first_of_many),
	KUNIT_CASE(level_goes_with_the_distance),
	KUNIT_CASE(bits_are_a_blocks_own),
	KUNIT_CASE(governor_keeps_to_what_is_allowed),
	KUNIT_CASE(what_events_cost_is_not_the_samples),
	{}
};

static struct kunit_suite sampler_suite = {
	.name = "ghostmem_sampler",
	.init = sampler_test_init,
	.exit = sampler_test_exit,
	.test_cases = sampler_cases,
};

kunit_test_suite(sampler_suite);
