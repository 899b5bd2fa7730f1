// SPDX-License-Identifier: GPL-2.0
/*
 * The tally of a site's records, and the filter of a dump.
 */
#include <kunit/test.h>

#include "netlink/tally.c"

#define SITE	7
#define CLOCK	1000

static const struct gm_filter everything = { .min_units = 1, .until = U64_MAX };

/* Makes a tally of records of one page each, allocated at the seconds @at; 0 ends the list. */
static struct gm_tally tally_of(const struct gm_filter *filter, const u64 *at)
{
	struct gm_tally tally = {};
	u32 pid = 100;

	for (; *at; at++)
		gm_tally_add(&tally, filter, gm_record(SITE, pid++, *at), CLOCK);
	return tally;
}

static void oldest_and_ages(struct kunit *test)
{
	static const u64 at[] = { CLOCK, 991, 990, 940, 400, 401, 0 };
	static const u32 ages[GHOSTMEM_AGES] = { 2, 1, 2, 1, 0, 0 };
	struct gm_tally tally = tally_of(&everything, at);

	KUNIT_EXPECT_TRUE(test, tally.any);
	KUNIT_EXPECT_EQ(test, 600U, tally.age);
	KUNIT_EXPECT_EQ(test, 104U, tally.pid);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ages, tally.ages, sizeof(ages)));
	KUNIT_EXPECT_EQ(test, 0ULL, tally.window);
}

/* Two windows, one beginning where the other ends, neither overlap nor leave a gap. */
static void window_has_its_begin_and_not_its_end(struct kunit *test)
{
	static const u64 at[] = { 899, 900, 900, 901, 0 };
	struct gm_filter before = { .until = 900, .window = true };
	struct gm_filter after = { .since = 900, .until = U64_MAX, .window = true };
	struct gm_filter second = { .since = 900, .until = 901, .window = true };

	KUNIT_EXPECT_EQ(test, 1ULL, tally_of(&before, at).window);
	KUNIT_EXPECT_EQ(test, 3ULL, tally_of(&after, at).window);
	KUNIT_EXPECT_EQ(test, 2ULL, tally_of(&second, at).window);
}

/* What a site held before a window says nothing about what it got within. */
static void window_has_its_own_oldest_and_ages(struct kunit *test)
{
	static const u64 at[] = { 1, 899, 990, 995, CLOCK, 0 };
	static const u32 ages[GHOSTMEM_AGES] = { 1, 1, 0, 0, 0, 0 };
	struct gm_filter window = { .since = 900, .until = 996, .window = true };
	struct gm_filter later = { .since = 2000, .until = U64_MAX, .window = true };
	struct gm_tally tally = tally_of(&window, at);

	KUNIT_EXPECT_TRUE(test, tally.any);
	KUNIT_EXPECT_EQ(test, 10U, tally.age);
	KUNIT_EXPECT_EQ(test, 102U, tally.pid);
	KUNIT_EXPECT_EQ(test, 0, memcmp(ages, tally.ages, sizeof(ages)));
	KUNIT_EXPECT_EQ(test, 2ULL, tally.window);
	KUNIT_EXPECT_FALSE(test, tally_of(&later, at).any);
}

static void sites_are_shown_by_what_they_hold(struct kunit *test)
{
	struct gm_filter filter = { .min_units = 3, .until = U64_MAX };
	struct gm_site_counts counts = { .allocs = 1, .live = 3 };
	struct gm_tally none = {};

	KUNIT_EXPECT_TRUE(test, gm_filter_shows(&filter, &none, &counts));
	counts.live = 2;
	KUNIT_EXPECT_FALSE(test, gm_filter_shows(&filter, &none, &counts));
	/* Empty sites are shown on request, but not sites that have never been used. */
	filter.min_units = 0;
	counts.live = 0;
	KUNIT_EXPECT_TRUE(test, gm_filter_shows(&filter, &none, &counts));
	counts.allocs = 0;
	KUNIT_EXPECT_FALSE(test, gm_filter_shows(&filter, &none, &counts));
}

static void windows_show_no_site_that_has_nothing_in_them(struct kunit *test)
{
	struct gm_filter filter = { .until = 900, .window = true };
	struct gm_site_counts counts = { .allocs = 9, .live = 9 };
	struct gm_tally tally = {};

	KUNIT_EXPECT_FALSE(test, gm_filter_shows(&filter, &tally, &counts));
	tally.window = 1;
	KUNIT_EXPECT_TRUE(test, gm_filter_shows(&filter, &tally, &counts));
	filter.min_units = 2;
	KUNIT_EXPECT_FALSE(test, gm_filter_shows(&filter, &tally, &counts));
	tally.window = 2;
	KUNIT_EXPECT_TRUE(test, gm_filter_shows(&filter, &tally, &counts));
}

static struct kunit_case tally_cases[] = {
	KUNIT_CASE(oldest_and_ages),
	KUNIT_CASE(window_has_its_begin_and_not_its_end),
	KUNIT_CASE(window_has_its_own_oldest_and_ages),
	KUNIT_CASE(sites_are_shown_by_what_they_hold),
	KUNIT_CASE(windows_show_no_site_that_has_nothing_in_them),
	{}
};

static struct kunit_suite tally_suite = {
	.name = "ghostmem_tally",
	.test_cases = tally_cases,
};

kunit_test_suite(tally_suite);
