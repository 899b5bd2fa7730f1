// SPDX-License-Identifier: GPL-2.0
/*
 * The skb map: births and deaths, a full table, and use from several CPUs at once.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>

#include "tables/skb_table.c"

#define THREADS	4
#define ROUNDS	20000
/* Number of addresses of each thread; those of all threads fill half of the table. */
#define OWN	(GM_SKB_MAP_MIN / 2 / THREADS)

static int skb_map_test_init(struct kunit *test)
{
	struct gm_skb_map *map = kunit_kzalloc(test, sizeof(*map), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, map);
	KUNIT_ASSERT_EQ(test, 0, gm_skb_map_init(map, GM_SKB_MAP_MIN));
	test->priv = map;
	return 0;
}

static void skb_map_test_exit(struct kunit *test)
{
	if (test->priv)
		gm_skb_map_destroy(test->priv);
}

/* Makes up an address, which is never dereferenced. */
static const void *skb_at(unsigned long number)
{
	return (const void *)(0xffff888000000000UL + number * 256);
}

static void from_birth_to_death(struct kunit *test)
{
	struct gm_skb_map *map = test->priv;
	gm_record_t rec = 0;

	KUNIT_EXPECT_EQ(test, GM_SKB_UNKNOWN, gm_skb_map_remove(map, skb_at(1), true, &rec));
	KUNIT_EXPECT_EQ(test, GM_SKB_BORN, gm_skb_map_add(map, skb_at(1), 17, &rec));
	KUNIT_EXPECT_EQ(test, 17, gm_skb_map_get(map, skb_at(1)));
	KUNIT_EXPECT_EQ(test, GM_SKB_DIES, gm_skb_map_remove(map, skb_at(1), true, &rec));
	KUNIT_EXPECT_EQ(test, 17, rec);
	KUNIT_EXPECT_EQ(test, 0, gm_skb_map_get(map, skb_at(1)));
}

static void a_death_is_told_more_than_once(struct kunit *test)
{
	struct gm_skb_map *map = test->priv;
	gm_record_t rec;

	gm_skb_map_add(map, skb_at(1), 17, &rec);
	KUNIT_EXPECT_EQ(test, GM_SKB_DIES, gm_skb_map_remove(map, skb_at(1), false, &rec));
	KUNIT_EXPECT_EQ(test, GM_SKB_DIED, gm_skb_map_remove(map, skb_at(1), false, &rec));
	KUNIT_EXPECT_EQ(test, GM_SKB_DIED, gm_skb_map_remove(map, skb_at(1), true, &rec));
	KUNIT_EXPECT_EQ(test, GM_SKB_UNKNOWN, gm_skb_map_remove(map, skb_at(1), true, &rec));
	/* The death of one whose birth was not seen is counted only once, too. */
	KUNIT_EXPECT_EQ(test, GM_SKB_UNKNOWN, gm_skb_map_remove(map, skb_at(2), false, &rec));
	KUNIT_EXPECT_EQ(test, GM_SKB_DIED, gm_skb_map_remove(map, skb_at(2), true, &rec));
}

static void a_death_unseen_is_corrected(struct kunit *test)
{
	struct gm_skb_map *map = test->priv;
	gm_record_t rec = 0;

	gm_skb_map_add(map, skb_at(1), 17, &rec);
	KUNIT_EXPECT_EQ(test, GM_SKB_REBORN, gm_skb_map_add(map, skb_at(1), 18, &rec));
	KUNIT_EXPECT_EQ(test, 17, rec);
	KUNIT_EXPECT_EQ(test, 18, gm_skb_map_get(map, skb_at(1)));
}

static void what_finds_no_room_is_told(struct kunit *test)
{
	struct gm_skb_map *map = test->priv;
	unsigned long i, born = 0;
	gm_record_t rec;

	for (i = 0; i < 4 * GM_SKB_MAP_MIN; i++)
		born += gm_skb_map_add(map, skb_at(i), 1, &rec) == GM_SKB_BORN;
	KUNIT_EXPECT_EQ(test, gm_skb_map_room(map), born);
	gm_skb_map_clear(map);
	/* Dead entries make room for new ones. */
	for (i = 0; i < 4 * GM_SKB_MAP_MIN; i++) {
		KUNIT_EXPECT_EQ(test, GM_SKB_BORN, gm_skb_map_add(map, skb_at(i), 1, &rec));
		KUNIT_EXPECT_EQ(test, GM_SKB_DIES, gm_skb_map_remove(map, skb_at(i), false, &rec));
	}
}

static void count_entry(void *ctx, const struct gm_skb_entry *entry)
{
	unsigned long *sum = ctx;

	if (gm_skb_entry_lives(entry))
		*sum += entry->rec;
}

static void a_walk_meets_the_living(struct kunit *test)
{
	struct gm_skb_map *map = test->priv;
	unsigned long cursor = 0, sum = 0, calls = 1, i;
	gm_record_t rec;

	for (i = 1; i <= 100; i++)
		gm_skb_map_add(map, skb_at(i), i, &rec);
	for (i = 1; i <= 100; i += 2)
		gm_skb_map_remove(map, skb_at(i), i % 4 == 1, &rec);
	while (gm_skb_map_walk(map, &cursor, 7, count_entry, &sum))
		calls++;
	KUNIT_EXPECT_EQ(test, 2550, sum);
	KUNIT_EXPECT_EQ(test, DIV_ROUND_UP(BIT(map->bits), 7), calls);
}

struct worker {
	struct gm_skb_map *map;
	unsigned long first;
	unsigned long wrong;
	struct completion done;
};

/* Acts like the slab of one CPU: births and deaths of its own objects, one after the other. */
static int live_and_die(void *data)
{
	struct worker *w = data;
	unsigned long i, at;
	gm_record_t rec;

	for (i = 0; i < ROUNDS; i++) {
		at = w->first + i % OWN;
		preempt_disable();
		if (gm_skb_map_add(w->map, skb_at(at), at + 1, &rec) != GM_SKB_BORN)
			w->wrong++;
		if (i % 3)
			w->wrong += gm_skb_map_get(w->map, skb_at(at)) != at + 1;
		if (gm_skb_map_remove(w->map, skb_at(at), i % 2, &rec) != GM_SKB_DIES ||
		    rec != at + 1)
			w->wrong++;
		preempt_enable();
		cond_resched();
	}
	complete(&w->done);
	return 0;
}

static void cpus_do_not_meet(struct kunit *test)
{
	struct worker *workers = kunit_kcalloc(test, THREADS, sizeof(*workers), GFP_KERNEL);
	unsigned long cursor = 0, sum = 0;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, workers);
	for (i = 0; i < THREADS; i++) {
		workers[i].map = test->priv;
		workers[i].first = i * OWN;
		init_completion(&workers[i].done);
		kthread_run(live_and_die, &workers[i], "gm_skb_map_test");
	}
	for (i = 0; i < THREADS; i++) {
		wait_for_completion(&workers[i].done);
		KUNIT_EXPECT_EQ(test, 0, workers[i].wrong);
	}
	while (gm_skb_map_walk(test->priv, &cursor, 1, count_entry, &sum))
		;
	KUNIT_EXPECT_EQ(test, 0, sum);
}

static struct kunit_case skb_map_cases[] = {
	KUNIT_CASE(from_birth_to_death),
	KUNIT_CASE(a_death_is_told_more_than_once),
	KUNIT_CASE(a_death_unseen_is_corrected),
	KUNIT_CASE(what_finds_no_room_is_told),
	KUNIT_CASE(a_walk_meets_the_living),
	KUNIT_CASE(cpus_do_not_meet),
	{}
};

static struct kunit_suite skb_map_suite = {
	.name = "ghostmem_skb_map",
	.init = skb_map_test_init,
	.exit = skb_map_test_exit,
	.test_cases = skb_map_cases,
};

kunit_test_suite(skb_map_suite);
