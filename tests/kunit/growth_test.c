// SPDX-License-Identifier: GPL-2.0
/*
 * Growth: what is filled once does not grow, what leaks does, window after window.
 */
#include <kunit/test.h>

#include "upkeep/growth.c"

#define SHORT	0
#define LONG	1

struct grown {
	struct gm_sites sites;
	struct gm_growth growth;
};

static int growth_test_init(struct kunit *test)
{
	struct grown *g = kunit_kzalloc(test, sizeof(*g), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, g);
	KUNIT_ASSERT_EQ(test, 0, gm_sites_init(&g->sites, GM_SITES_MIN));
	gm_growth_init(&g->growth);
	/* As gm_growth_start() does, but for the work: the test looks itself. */
	for (i = 0; i < GM_TRENDS; i++)
		g->growth.end[i] = 1;
	g->growth.sites = &g->sites;
	test->priv = g;
	return 0;
}

static void growth_test_exit(struct kunit *test)
{
	struct grown *g = test->priv;

	if (g)
		gm_sites_destroy(&g->sites);
}

static u32 site_of(struct grown *g, unsigned long frame)
{
	struct gm_stack stack = { .depth = 1, .frame = { frame } };
	u32 id;

	preempt_disable();
	id = gm_sites_get(&g->sites, &stack);
	preempt_enable();
	return id;
}

static const struct gm_site *site(struct grown *g, u32 id)
{
	return &g->sites.site[id];
}

static void filled_once_is_no_growth(struct kunit *test)
{
	struct grown *g = test->priv;
	u32 id = site_of(g, 1);

	gm_growth_look(&g->growth, 3);
	gm_site_alloc(&g->sites, id, 100);
	gm_growth_look(&g->growth, 11);
	KUNIT_EXPECT_FALSE(test, gm_trend_known(site(g, id), SHORT));
	gm_growth_look(&g->growth, 21);
	KUNIT_EXPECT_FALSE(test, gm_trend_known(site(g, id), SHORT));
	gm_growth_look(&g->growth, 31);
	KUNIT_EXPECT_TRUE(test, gm_trend_known(site(g, id), SHORT));
	KUNIT_EXPECT_EQ(test, 100, site(g, id)->trend[SHORT].last);
	KUNIT_EXPECT_EQ(test, 100, site(g, id)->trend[SHORT].before);
	KUNIT_EXPECT_EQ(test, 0, site(g, id)->rises[SHORT]);
	KUNIT_EXPECT_EQ(test, 10, g->growth.span[SHORT]);
}

static void a_late_site_is_no_growth_either(struct kunit *test)
{
	struct grown *g = test->priv;
	u32 early = site_of(g, 1), late;
	u64 clock;

	gm_site_alloc(&g->sites, early, 1);
	for (clock = 11; clock <= 101; clock += 10)
		gm_growth_look(&g->growth, clock);
	late = site_of(g, 2);
	gm_site_alloc(&g->sites, late, 100);
	gm_growth_look(&g->growth, 111);
	gm_growth_look(&g->growth, 121);
	KUNIT_EXPECT_TRUE(test, gm_trend_known(site(g, early), SHORT));
	KUNIT_EXPECT_FALSE(test, gm_trend_known(site(g, late), SHORT));
	gm_growth_look(&g->growth, 131);
	KUNIT_EXPECT_TRUE(test, gm_trend_known(site(g, late), SHORT));
	KUNIT_EXPECT_EQ(test, site(g, late)->trend[SHORT].before, site(g, late)->trend[SHORT].last);
}

/* An id that is handed out and not used yet has no windows. */
static void nothing_begins_before_it_allocates(struct kunit *test)
{
	struct grown *g = test->priv;
	u32 id = site_of(g, 1);
	u64 clock;

	for (clock = 11; clock <= 101; clock += 10)
		gm_growth_look(&g->growth, clock);
	KUNIT_EXPECT_EQ(test, 0, site(g, id)->windows[SHORT]);
}

static void a_leak_rises_in_every_window(struct kunit *test)
{
	struct grown *g = test->priv;
	u32 id = site_of(g, 1);
	const struct gm_trend *trend = &site(g, id)->trend[SHORT];
	u64 clock;

	/* A cache of 50 beside it fluctuates; its floor is what counts. */
	for (clock = 2; clock <= 61; clock++) {
		gm_site_alloc(&g->sites, id, 51);
		gm_growth_look(&g->growth, clock);
		gm_site_free(&g->sites, id, 50);
		gm_growth_look(&g->growth, clock);
	}
	KUNIT_EXPECT_TRUE(test, gm_trend_known(site(g, id), SHORT));
	KUNIT_EXPECT_EQ(test, trend->before + 10, trend->last);
	KUNIT_EXPECT_EQ(test, 4, site(g, id)->rises[SHORT]);
	KUNIT_EXPECT_FALSE(test, gm_trend_known(site(g, id), LONG));
	/* One window in which it falls, and the count begins anew. */
	gm_site_free(&g->sites, id, 20);
	gm_growth_look(&g->growth, 71);
	gm_growth_look(&g->growth, 81);
	KUNIT_EXPECT_EQ(test, 0, site(g, id)->rises[SHORT]);
}

static void long_windows_come_with_time(struct kunit *test)
{
	struct grown *g = test->priv;
	u32 id = site_of(g, 1);
	u64 clock;

	for (clock = 2; clock <= 1801; clock++) {
		gm_site_alloc(&g->sites, id, 1);
		gm_growth_look(&g->growth, clock);
		KUNIT_EXPECT_EQ(test, clock == 1801, gm_trend_known(site(g, id), LONG));
	}
	KUNIT_EXPECT_EQ(test, 600, site(g, id)->trend[LONG].last - site(g, id)->trend[LONG].before);
	KUNIT_EXPECT_EQ(test, 1, site(g, id)->rises[LONG]);
	KUNIT_EXPECT_EQ(test, 178, site(g, id)->rises[SHORT]);
	/* The count of windows does not wrap. */
	for (; clock <= 3001; clock++) {
		gm_site_alloc(&g->sites, id, 1);
		gm_growth_look(&g->growth, clock);
	}
	KUNIT_EXPECT_EQ(test, U8_MAX, site(g, id)->rises[SHORT]);
}

static struct kunit_case growth_cases[] = {
	KUNIT_CASE(filled_once_is_no_growth),
	KUNIT_CASE(a_late_site_is_no_growth_either),
	KUNIT_CASE(nothing_begins_before_it_allocates),
	KUNIT_CASE(a_leak_rises_in_every_window),
	KUNIT_CASE(long_windows_come_with_time),
	{}
};

static struct kunit_suite growth_suite = {
	.name = "ghostmem_growth",
	.init = growth_test_init,
	.exit = growth_test_exit,
	.test_cases = growth_cases,
};

kunit_test_suite(growth_suite);
