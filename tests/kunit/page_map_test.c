// SPDX-License-Identifier: GPL-2.0
/*
 * The page map is compared with its documentation and with a naive model.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/prandom.h>

#include "tables/page_map.c"

/* Frames far above the memory of the test machine, which nobody else uses. */
#define BASE	(64UL << GM_LEAF_SHIFT)

struct runs {
	unsigned int calls;
	unsigned long pages;
	unsigned long by_site[16];
};

static void count_run(void *ctx, u32 site, unsigned long pages)
{
	struct runs *runs = ctx;

	runs->calls++;
	runs->pages += pages;
	if (site < ARRAY_SIZE(runs->by_site))
		runs->by_site[site] += pages;
}

struct offlined {
	unsigned int leaves;
	unsigned long records;
	unsigned long first;
};

static void note_offline(void *priv, struct gm_map_leaf *leaf, unsigned long pfn)
{
	struct offlined *off = priv;
	unsigned long i;

	off->leaves++;
	off->first = pfn;
	for (i = 0; i < GM_LEAF_PAGES; i++)
		off->records += !!leaf->record[i];
}

struct fixture {
	struct gm_page_map map;
	struct offlined off;
};

static int map_test_init(struct kunit *test)
{
	struct fixture *fix = kunit_kzalloc(test, sizeof(*fix), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fix);
	test->priv = fix;
	KUNIT_ASSERT_EQ(test, 0, gm_page_map_init(&fix->map, note_offline, &fix->off));
	KUNIT_ASSERT_EQ(test, 0, gm_page_map_cover(&fix->map, BASE));
	return 0;
}

static void map_test_exit(struct kunit *test)
{
	struct fixture *fix = test->priv;

	if (fix)
		gm_page_map_destroy(&fix->map);
}

static struct gm_page_map *map_of(struct kunit *test)
{
	return &((struct fixture *)test->priv)->map;
}

static long put(struct kunit *test, unsigned long pfn, unsigned long nr, u32 site,
		struct runs *runs)
{
	memset(runs, 0, sizeof(*runs));
	return gm_page_map_swap(map_of(test), pfn, nr, site ? gm_record(site, 1, 1) : 0,
				count_run, runs);
}

static void record_keeps_its_fields(struct kunit *test)
{
	gm_record_t rec = gm_record((1U << GM_SITE_BITS) - 1, (1U << GM_PID_BITS) - 1,
				    GM_STAMP_MASK);

	KUNIT_EXPECT_EQ(test, U64_MAX, rec);
	KUNIT_EXPECT_EQ(test, (1U << GM_SITE_BITS) - 1, gm_record_site(rec));
	KUNIT_EXPECT_EQ(test, (1U << GM_PID_BITS) - 1, gm_record_pid(rec));
	rec = gm_record(5, 0, 7);
	KUNIT_EXPECT_EQ(test, 5, gm_record_site(rec));
	KUNIT_EXPECT_EQ(test, 0, gm_record_pid(rec));
	KUNIT_EXPECT_EQ(test, 3, gm_record_age(rec, 10));
	/* A pid beyond its field does not spill into the site. */
	rec = gm_record(5, U32_MAX, 7);
	KUNIT_EXPECT_EQ(test, 5, gm_record_site(rec));
}

static void age_survives_the_stamps_wrap(struct kunit *test)
{
	u64 late = (1ULL << GM_STAMP_BITS) - 2;

	KUNIT_EXPECT_EQ(test, 5, gm_record_age(gm_record(1, 0, late), late + 5));
	KUNIT_EXPECT_EQ(test, GM_AGE_MAX,
			gm_record_age(gm_record(1, 0, 1), 1 + GM_AGE_MAX + 100));
}

static void nothing_is_recorded_where_no_leaf_is(struct kunit *test)
{
	struct runs runs;

	KUNIT_EXPECT_NULL(test, gm_page_map_slot(map_of(test), BASE - 1));
	KUNIT_EXPECT_EQ(test, 0, gm_page_map_get(map_of(test), BASE + GM_LEAF_PAGES));
	KUNIT_EXPECT_EQ(test, -ERANGE, put(test, BASE + GM_LEAF_PAGES, 8, 3, &runs));
	KUNIT_EXPECT_NULL(test, gm_page_map_slot(map_of(test), ULONG_MAX));
	KUNIT_EXPECT_EQ(test, -ERANGE, gm_page_map_cover(map_of(test), ULONG_MAX));
}

static void block_is_recorded_and_freed_whole(struct kunit *test)
{
	struct runs runs;

	KUNIT_EXPECT_EQ(test, 8, put(test, BASE, 8, 3, &runs));
	KUNIT_EXPECT_EQ(test, 0, runs.calls);
	KUNIT_EXPECT_EQ(test, 3, gm_record_site(gm_page_map_get(map_of(test), BASE + 7)));
	KUNIT_EXPECT_EQ(test, 0, gm_page_map_get(map_of(test), BASE + 8));
	KUNIT_EXPECT_EQ(test, 0, put(test, BASE, 8, 0, &runs));
	KUNIT_EXPECT_EQ(test, 1, runs.calls);
	KUNIT_EXPECT_EQ(test, 8, runs.by_site[3]);
	KUNIT_EXPECT_EQ(test, 0, gm_page_map_get(map_of(test), BASE));
}

/* A huge page of 1 GiB is such a block. */
static void block_larger_than_a_leaf_is_freed_whole(struct kunit *test)
{
	unsigned long last = BASE + GM_LEAF_PAGES - 4;
	struct runs runs;

	/* There is no leaf yet for the frames that follow, so nothing is recorded for them. */
	put(test, last, 4, 3, &runs);
	KUNIT_EXPECT_EQ(test, 12, put(test, last, 16, 0, &runs));
	KUNIT_EXPECT_EQ(test, 4, runs.by_site[3]);

	KUNIT_ASSERT_EQ(test, 0, gm_page_map_cover(map_of(test), BASE + GM_LEAF_PAGES));
	put(test, last, 4, 3, &runs);
	put(test, BASE + GM_LEAF_PAGES, 8, 5, &runs);
	KUNIT_EXPECT_EQ(test, 4, put(test, last, 16, 0, &runs));
	KUNIT_EXPECT_EQ(test, 4, runs.by_site[3]);
	KUNIT_EXPECT_EQ(test, 8, runs.by_site[5]);
	KUNIT_EXPECT_EQ(test, 0, gm_page_map_get(map_of(test), BASE + GM_LEAF_PAGES));
}

static void block_freed_in_parts_is_exact(struct kunit *test)
{
	unsigned long freed = 0;
	struct runs runs;

	put(test, BASE + 64, 32, 4, &runs);
	/* Free the tail, as alloc_pages_exact() does; a page in the middle; then all the rest. */
	put(test, BASE + 64 + 16, 16, 0, &runs);
	freed += runs.by_site[4];
	KUNIT_EXPECT_EQ(test, 16, freed);
	put(test, BASE + 64 + 4, 1, 0, &runs);
	freed += runs.by_site[4];
	KUNIT_EXPECT_EQ(test, 17, freed);
	KUNIT_EXPECT_EQ(test, 17, put(test, BASE + 64, 32, 0, &runs));
	freed += runs.by_site[4];
	KUNIT_EXPECT_EQ(test, 32, freed);
	KUNIT_EXPECT_EQ(test, 2, runs.calls);
}

static void neighbours_of_two_sites_are_told_apart(struct kunit *test)
{
	struct runs runs;

	put(test, BASE, 2, 5, &runs);
	put(test, BASE + 2, 2, 6, &runs);
	KUNIT_EXPECT_EQ(test, 0, put(test, BASE, 4, 0, &runs));
	KUNIT_EXPECT_EQ(test, 2, runs.calls);
	KUNIT_EXPECT_EQ(test, 2, runs.by_site[5]);
	KUNIT_EXPECT_EQ(test, 2, runs.by_site[6]);
}

static void unseen_free_shows_when_the_page_returns(struct kunit *test)
{
	struct runs runs;

	put(test, BASE, 8, 7, &runs);
	KUNIT_EXPECT_EQ(test, 0, put(test, BASE + 4, 2, 8, &runs));
	KUNIT_EXPECT_EQ(test, 2, runs.by_site[7]);
	KUNIT_EXPECT_EQ(test, 8, gm_record_site(gm_page_map_get(map_of(test), BASE + 5)));
	KUNIT_EXPECT_EQ(test, 7, gm_record_site(gm_page_map_get(map_of(test), BASE + 6)));
}

static void free_of_the_unknown_is_counted(struct kunit *test)
{
	struct runs runs;

	KUNIT_EXPECT_EQ(test, 16, put(test, BASE + 256, 16, 0, &runs));
	KUNIT_EXPECT_EQ(test, 0, runs.calls);
}

static void leaves_come_once_and_go_with_their_records(struct kunit *test)
{
	struct fixture *fix = test->priv;
	long before = atomic_long_read(&fix->map.bytes);
	struct runs runs;

	KUNIT_EXPECT_EQ(test, 0, gm_page_map_cover(&fix->map, BASE + 17));
	KUNIT_EXPECT_EQ(test, before, atomic_long_read(&fix->map.bytes));
	put(test, BASE + 8, 4, 9, &runs);
	gm_page_map_uncover(&fix->map, BASE, 2 * GM_LEAF_PAGES);
	KUNIT_EXPECT_EQ(test, 1, fix->off.leaves);
	KUNIT_EXPECT_EQ(test, BASE, fix->off.first);
	KUNIT_EXPECT_EQ(test, 4, fix->off.records);
	KUNIT_EXPECT_NULL(test, gm_page_map_slot(&fix->map, BASE));
	KUNIT_EXPECT_EQ(test, before - (long)sizeof(struct gm_map_leaf),
			atomic_long_read(&fix->map.bytes));
	KUNIT_EXPECT_EQ(test, 0, gm_page_map_cover(&fix->map, BASE));
	KUNIT_EXPECT_EQ(test, 0, gm_page_map_get(&fix->map, BASE + 8));
}

static void clear_forgets(struct kunit *test)
{
	struct runs runs;

	put(test, BASE, 64, 2, &runs);
	gm_page_map_clear(map_of(test));
	KUNIT_EXPECT_EQ(test, 64, put(test, BASE, 64, 0, &runs));
}

static void clamp_stops_ages_and_spares_the_young(struct kunit *test)
{
	struct gm_page_map *map = map_of(test);
	u64 clock = GM_AGE_MAX + 1000;
	struct runs runs;

	memset(&runs, 0, sizeof(runs));
	gm_page_map_swap(map, BASE, 1, gm_record(1, 10, 1), count_run, &runs);
	gm_page_map_swap(map, BASE + 1, 1, gm_record(2, 11, clock - 5), count_run, &runs);
	/* Recorded while the clamp walks, so later than the clock that it has read. */
	gm_page_map_swap(map, BASE + 2, 1, gm_record(3, 12, clock + 2), count_run, &runs);
	gm_page_map_clamp(map, clock);
	KUNIT_EXPECT_EQ(test, 0, gm_record_age(gm_page_map_get(map, BASE + 2), clock));
	KUNIT_EXPECT_EQ(test, 0, gm_record_age(gm_page_map_get(map, BASE + 2), clock + 2));
	KUNIT_EXPECT_EQ(test, 5, gm_record_age(gm_page_map_get(map, BASE + 1), clock));
	/* Even at the latest time for the next clamp, the age has not wrapped. */
	clock += GM_CLAMP_PERIOD;
	KUNIT_EXPECT_EQ(test, GM_AGE_MAX, gm_record_age(gm_page_map_get(map, BASE), clock));
	KUNIT_EXPECT_EQ(test, 1, gm_record_site(gm_page_map_get(map, BASE)));
	KUNIT_EXPECT_EQ(test, 10, gm_record_pid(gm_page_map_get(map, BASE)));
}

static void sum_records(void *ctx, gm_record_t rec)
{
	unsigned long *by_site = ctx;

	by_site[gm_record_site(rec)]++;
}

#define MODEL_PAGES	4096
#define MODEL_STEPS	50000

/* Blocks of several orders are allocated and freed at random, as a whole and in parts. */
static void agrees_with_a_naive_model(struct kunit *test)
{
	u8 *model = kunit_kzalloc(test, MODEL_PAGES, GFP_KERNEL);
	unsigned long want[16] = {}, got[16] = {}, i, cursor = 0;
	struct rnd_state rnd;
	struct runs runs;
	unsigned int step;

	KUNIT_ASSERT_NOT_NULL(test, model);
	prandom_seed_state(&rnd, 20261120);
	for (step = 0; step < MODEL_STEPS; step++) {
		unsigned int order = prandom_u32_state(&rnd) % 6;
		unsigned long at = (prandom_u32_state(&rnd) % MODEL_PAGES) & ~((1UL << order) - 1);
		u32 site = prandom_u32_state(&rnd) % 16;
		unsigned long known[16] = {}, unknown = 0;

		for (i = at; i < at + (1UL << order); i++) {
			known[model[i]] += !!model[i];
			unknown += !model[i];
			model[i] = site;
		}
		if (put(test, BASE + at, 1UL << order, site, &runs) != unknown ||
		    memcmp(known, runs.by_site, sizeof(known))) {
			KUNIT_FAIL(test, "step %u differs from the model", step);
			return;
		}
	}
	for (i = 0; i < MODEL_PAGES; i++)
		want[model[i]] += !!model[i];
	KUNIT_EXPECT_FALSE(test, gm_page_map_walk(map_of(test), &cursor, UINT_MAX, sum_records,
						  got));
	KUNIT_EXPECT_EQ(test, 0, memcmp(want, got, sizeof(want)));
}

static void count_records(void *ctx, gm_record_t rec)
{
	++*(unsigned long *)ctx;
}

/* A walk in steps sees every leaf once, even if leaves are removed between the steps. */
static void walk_resumes(struct kunit *test)
{
	struct gm_page_map *map = map_of(test);
	unsigned long cursor = 0, seen = 0, i;
	struct runs runs;

	for (i = 1; i < 5; i++)
		KUNIT_ASSERT_EQ(test, 0, gm_page_map_cover(map, BASE + i * GM_LEAF_PAGES));
	for (i = 0; i < 5; i++)
		put(test, BASE + i * GM_LEAF_PAGES + i, 4, 1, &runs);
	KUNIT_EXPECT_TRUE(test, gm_page_map_walk(map, &cursor, 2, count_records, &seen));
	KUNIT_EXPECT_EQ(test, 8, seen);
	gm_page_map_uncover(map, BASE + 2 * GM_LEAF_PAGES, GM_LEAF_PAGES);
	KUNIT_EXPECT_TRUE(test, gm_page_map_walk(map, &cursor, 1, count_records, &seen));
	KUNIT_EXPECT_EQ(test, 12, seen);
	KUNIT_EXPECT_FALSE(test, gm_page_map_walk(map, &cursor, 9, count_records, &seen));
	KUNIT_EXPECT_EQ(test, 16, seen);
}

struct hammer {
	struct gm_page_map *map;
	unsigned long base;
	u32 site;
	unsigned long wrong;
	struct completion done;
};

static int hammer(void *ctx)
{
	struct hammer *h = ctx;
	unsigned int round;

	for (round = 0; round < 2000; round++) {
		struct runs runs = {};

		gm_page_map_swap(h->map, h->base, 32, gm_record(h->site, 0, 1), count_run, &runs);
		h->wrong += runs.calls;
		gm_page_map_swap(h->map, h->base, 16, 0, count_run, &runs);
		gm_page_map_swap(h->map, h->base + 16, 16, 0, count_run, &runs);
		h->wrong += runs.by_site[h->site] != 32;
		cond_resched();
	}
	complete(&h->done);
	return 0;
}

/* Two threads use neighbouring blocks while the clamp walks over them. */
static void neighbours_do_not_disturb_each_other(struct kunit *test)
{
	struct hammer h[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		h[i] = (struct hammer){ .map = map_of(test), .base = BASE + 32 * i, .site = i + 1 };
		init_completion(&h[i].done);
		KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(hammer, &h[i], "gm_hammer/%u", i)));
	}
	for (i = 0; i < 2; i++) {
		while (!try_wait_for_completion(&h[i].done)) {
			gm_page_map_clamp(map_of(test), GM_AGE_MAX + 10);
			cond_resched();
		}
		KUNIT_EXPECT_EQ(test, 0, h[i].wrong);
	}
}

static struct kunit_case map_cases[] = {
	KUNIT_CASE(record_keeps_its_fields),
	KUNIT_CASE(age_survives_the_stamps_wrap),
	KUNIT_CASE(nothing_is_recorded_where_no_leaf_is),
	KUNIT_CASE(block_is_recorded_and_freed_whole),
	KUNIT_CASE(block_larger_than_a_leaf_is_freed_whole),
	KUNIT_CASE(block_freed_in_parts_is_exact),
	KUNIT_CASE(neighbours_of_two_sites_are_told_apart),
	KUNIT_CASE(unseen_free_shows_when_the_page_returns),
	KUNIT_CASE(free_of_the_unknown_is_counted),
	KUNIT_CASE(leaves_come_once_and_go_with_their_records),
	KUNIT_CASE(clear_forgets),
	KUNIT_CASE(clamp_stops_ages_and_spares_the_young),
	KUNIT_CASE(walk_resumes),
	KUNIT_CASE(agrees_with_a_naive_model),
	KUNIT_CASE(neighbours_do_not_disturb_each_other),
	{}
};

static struct kunit_suite map_suite = {
	.name = "ghostmem_page_map",
	.init = map_test_init,
	.exit = map_test_exit,
	.test_cases = map_cases,
};

kunit_test_suite(map_suite);
