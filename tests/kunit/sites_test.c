// SPDX-License-Identifier: GPL-2.0
/*
 * The site table: deduplication, overflow, freezing, and races to insert.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>

#include "tables/site_table.c"

#define ROOM	GM_SITES_MIN

static int sites_test_init(struct kunit *test)
{
	struct gm_sites *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	KUNIT_ASSERT_EQ(test, 0, gm_sites_init(s, ROOM));
	test->priv = s;
	return 0;
}

static void sites_test_exit(struct kunit *test)
{
	if (test->priv)
		gm_sites_destroy(test->priv);
}

static struct gm_stack stack_of(unsigned long seed, u8 depth, u8 order)
{
	struct gm_stack stack = { .block.order = order, .depth = depth };
	unsigned int i;

	for (i = 0; i < depth; i++)
		stack.frame[i] = 0xffffffff81000000UL + seed * 0x1000 + i * 16;
	return stack;
}

static u32 get(struct gm_sites *s, unsigned long seed, u8 depth, u8 order)
{
	struct gm_stack stack = stack_of(seed, depth, order);
	u32 id;

	preempt_disable();
	id = gm_sites_get(s, &stack);
	preempt_enable();
	return id;
}

static void one_stack_is_one_site(struct kunit *test)
{
	struct gm_sites *s = test->priv;
	u32 id = get(s, 1, 8, 0);

	KUNIT_EXPECT_NE(test, 0, id);
	KUNIT_EXPECT_NE(test, GHOSTMEM_SITE_OTHER, id);
	KUNIT_EXPECT_EQ(test, id, get(s, 1, 8, 0));
	KUNIT_EXPECT_TRUE(test, gm_sites_valid(s, id));
	KUNIT_EXPECT_FALSE(test, gm_sites_valid(s, id + 1));
	KUNIT_EXPECT_FALSE(test, gm_sites_valid(s, 0));
	KUNIT_EXPECT_EQ(test, 2, gm_sites_used(s));
}

static void order_depth_and_frames_make_the_site(struct kunit *test)
{
	struct gm_sites *s = test->priv;
	u32 id = get(s, 1, 8, 0);

	KUNIT_EXPECT_NE(test, id, get(s, 1, 8, 3));
	KUNIT_EXPECT_NE(test, id, get(s, 1, 7, 0));
	KUNIT_EXPECT_NE(test, id, get(s, 2, 8, 0));
	KUNIT_EXPECT_NE(test, 0, get(s, 0, 0, 0));
	KUNIT_EXPECT_NE(test, get(s, 0, 0, 0), get(s, 0, 0, 1));
	KUNIT_EXPECT_EQ(test, id, get(s, 1, 8, 0));
}

static void samples_of_each_level_have_a_site(struct kunit *test)
{
	struct gm_sites *s = test->priv;
	struct gm_stack stack = stack_of(1, 8, 0);
	u32 id = gm_sites_get(s, &stack);

	stack.block.level = 7;
	KUNIT_EXPECT_NE(test, id, gm_sites_get(s, &stack));
	KUNIT_EXPECT_EQ(test, 7, s->site[gm_sites_get(s, &stack)].block.level);
	stack.block.level = 0;
	KUNIT_EXPECT_EQ(test, id, gm_sites_get(s, &stack));
}

static void full_table_loses_names_only(struct kunit *test)
{
	struct gm_sites *s = test->priv;
	struct gm_site_counts counts;
	u32 first = get(s, 0, 4, 0), i, others = 0;

	for (i = 1; i < 10 * ROOM; i++) {
		u32 id = get(s, i, 4, 0);

		KUNIT_ASSERT_TRUE(test, gm_sites_valid(s, id));
		if (id == GHOSTMEM_SITE_OTHER) {
			gm_site_alloc(s, id, 4);
			others++;
		}
	}
	KUNIT_EXPECT_EQ(test, ROOM - 1, gm_sites_used(s));
	KUNIT_EXPECT_EQ(test, 10 * ROOM - (ROOM - 2), others);
	gm_site_read(s, GHOSTMEM_SITE_OTHER, &counts);
	KUNIT_EXPECT_EQ(test, 4 * others, counts.live);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_SITE_F_OTHER, s->site[GHOSTMEM_SITE_OTHER].flags);
	/* A stack that had a site before keeps it. */
	KUNIT_EXPECT_EQ(test, first, get(s, 0, 4, 0));
}

static void counts_add_up(struct kunit *test)
{
	struct gm_sites *s = test->priv;
	struct gm_site_counts counts;
	u32 id = get(s, 1, 3, 3);

	gm_site_alloc(s, id, 8);
	gm_site_alloc(s, id, 8);
	gm_site_free(s, id, 3);
	gm_site_read(s, id, &counts);
	KUNIT_EXPECT_EQ(test, 2, counts.allocs);
	KUNIT_EXPECT_EQ(test, 0, counts.frees);
	KUNIT_EXPECT_EQ(test, 16, counts.allocated);
	KUNIT_EXPECT_EQ(test, 3, counts.freed);
	KUNIT_EXPECT_EQ(test, 13, counts.live);
	/* A block freed in parts is freed when all of them are. */
	gm_site_free(s, id, 5);
	gm_site_read(s, id, &counts);
	KUNIT_EXPECT_EQ(test, 1, counts.frees);
}

static unsigned long freeze_second(void *ctx, unsigned long frame)
{
	return frame == *(unsigned long *)ctx ? 7 : frame;
}

static void frozen_site_keeps_its_bytes_and_leaves_its_stack(struct kunit *test)
{
	struct gm_sites *s = test->priv;
	struct gm_stack stack = stack_of(1, 5, 0);
	struct gm_site_counts counts;
	u32 old = get(s, 1, 5, 0), bystander = get(s, 2, 5, 0), new;

	gm_site_alloc(s, old, 1);
	gm_sites_freeze(s, freeze_second, &stack.frame[1]);
	KUNIT_EXPECT_EQ(test, 7, s->site[old].frame[1]);
	KUNIT_EXPECT_EQ(test, stack.frame[0], s->site[old].frame[0]);
	new = get(s, 1, 5, 0);
	KUNIT_EXPECT_NE(test, old, new);
	KUNIT_EXPECT_EQ(test, new, get(s, 1, 5, 0));
	gm_site_read(s, old, &counts);
	KUNIT_EXPECT_EQ(test, 1, counts.live);
	KUNIT_EXPECT_EQ(test, bystander, get(s, 2, 5, 0));
}

static void clear_starts_over(struct kunit *test)
{
	struct gm_sites *s = test->priv;
	struct gm_site_counts counts;
	u32 id = get(s, 1, 5, 0);

	gm_site_alloc(s, id, 1);
	gm_site_alloc(s, GHOSTMEM_SITE_OTHER, 1);
	gm_sites_clear(s);
	KUNIT_EXPECT_EQ(test, 1, gm_sites_used(s));
	gm_site_read(s, GHOSTMEM_SITE_OTHER, &counts);
	KUNIT_EXPECT_EQ(test, 0, counts.live);
	gm_site_read(s, get(s, 1, 5, 0), &counts);
	KUNIT_EXPECT_EQ(test, 0, counts.allocs);
}

#define RACERS	4
#define STACKS	40

struct racer {
	struct gm_sites *s;
	struct completion *go;
	struct completion done;
	u32 id[STACKS];
};

static int race(void *ctx)
{
	struct racer *racer = ctx;
	unsigned int i;

	wait_for_completion(racer->go);
	for (i = 0; i < STACKS; i++) {
		racer->id[i] = get(racer->s, i, 6, 0);
		gm_site_alloc(racer->s, racer->id[i], 1);
	}
	complete(&racer->done);
	return 0;
}

static void racers_agree_on_every_site(struct kunit *test)
{
	struct racer *racer = kunit_kcalloc(test, RACERS, sizeof(*racer), GFP_KERNEL);
	struct gm_sites *s = test->priv;
	struct gm_site_counts counts;
	unsigned int round, i, j;

	KUNIT_ASSERT_NOT_NULL(test, racer);
	for (round = 0; round < 50; round++) {
		DECLARE_COMPLETION_ONSTACK(go);

		gm_sites_clear(s);
		for (i = 0; i < RACERS; i++) {
			racer[i].s = s;
			racer[i].go = &go;
			init_completion(&racer[i].done);
			KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(race, &racer[i], "gm_race")));
		}
		complete_all(&go);
		for (i = 0; i < RACERS; i++)
			wait_for_completion(&racer[i].done);
		for (j = 0; j < STACKS; j++) {
			for (i = 1; i < RACERS; i++)
				KUNIT_ASSERT_EQ(test, racer[0].id[j], racer[i].id[j]);
			gm_site_read(s, racer[0].id[j], &counts);
			KUNIT_ASSERT_EQ(test, RACERS, counts.allocs);
		}
	}
}

static struct kunit_case sites_cases[] = {
	KUNIT_CASE(one_stack_is_one_site),
	KUNIT_CASE(order_depth_and_frames_make_the_site),
	KUNIT_CASE(samples_of_each_level_have_a_site),
	KUNIT_CASE(full_table_loses_names_only),
	KUNIT_CASE(counts_add_up),
	KUNIT_CASE(frozen_site_keeps_its_bytes_and_leaves_its_stack),
	KUNIT_CASE(clear_starts_over),
	KUNIT_CASE(racers_agree_on_every_site),
	{}
};

static struct kunit_suite sites_suite = {
	.name = "ghostmem_sites",
	.init = sites_test_init,
	.exit = sites_test_exit,
	.test_cases = sites_cases,
};

kunit_test_suite(sites_suite);
