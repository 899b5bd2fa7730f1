// SPDX-License-Identifier: GPL-2.0
/*
 * Records that are written later: each is written once, in chunks, and before it is needed.
 */
#include <kunit/test.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "record/pending.c"

#define FIRST	1000UL
#define PAGES	(2 * GM_PENDING_PAGES + 100)

struct made_up {
	struct gm_pending pending;
	u8 *written;
	unsigned long longest;
};

static void write_part(void *ctx, unsigned long pfn, unsigned long nr, gm_record_t rec, u32 level)
{
	struct made_up *m = ctx;
	unsigned long i;

	m->longest = max(m->longest, nr);
	for (i = 0; i < nr; i++)
		m->written[pfn - FIRST + i]++;
}

static int pending_test_init(struct kunit *test)
{
	struct made_up *m = vzalloc(sizeof(*m));

	KUNIT_ASSERT_NOT_NULL(test, m);
	test->priv = m;
	m->written = vzalloc(PAGES);
	KUNIT_ASSERT_NOT_NULL(test, m->written);
	gm_pending_init(&m->pending, write_part, m);
	return 0;
}

static void pending_test_exit(struct kunit *test)
{
	struct made_up *m = test->priv;

	if (!m)
		return;
	gm_pending_drop(&m->pending);
	vfree(m->written);
	vfree(m);
}

static void add(struct made_up *m, unsigned long pfn, unsigned long nr)
{
	preempt_disable();
	gm_pending_add(&m->pending, pfn, nr, 1, 0);
	preempt_enable();
}

static void settle(struct made_up *m, unsigned long pfn, unsigned long nr)
{
	preempt_disable();
	gm_pending_settle(&m->pending, pfn, nr);
	preempt_enable();
}

static void finish(struct made_up *m)
{
	irq_work_sync(&m->pending.call);
	flush_work(&m->pending.worker);
}

static void expect_once(struct kunit *test, unsigned long from, unsigned long to)
{
	struct made_up *m = test->priv;
	unsigned long i;

	for (i = from; i < to; i++)
		KUNIT_ASSERT_EQ(test, 1, m->written[i]);
}

static void all_are_written_once(struct kunit *test)
{
	struct made_up *m = test->priv;

	add(m, FIRST, PAGES);
	finish(m);
	expect_once(test, 0, PAGES);
	KUNIT_EXPECT_LE(test, m->longest, GM_PENDING_CHUNK);
	KUNIT_EXPECT_FALSE(test, gm_pending_any(&m->pending));
}

static void who_needs_them_has_them_written(struct kunit *test)
{
	struct made_up *m = test->priv;
	unsigned int round;

	for (round = 0; round < 20; round++) {
		memset(m->written, 0, PAGES);
		add(m, FIRST + 7, PAGES - 7);
		settle(m, FIRST, 8);
		expect_once(test, 7, 8);
		settle(m, FIRST + 7 + GM_PENDING_PAGES - 1, 2);
		expect_once(test, 7 + GM_PENDING_PAGES - 1, 7 + GM_PENDING_PAGES + 1);
		settle(m, FIRST + PAGES - 1, 1000);
		expect_once(test, PAGES - 1, PAGES);
		settle(m, FIRST + 5000, 3000);
		expect_once(test, 5000, 8000);
		finish(m);
		KUNIT_EXPECT_EQ(test, 0, m->written[6]);
		expect_once(test, 7, PAGES);
	}
}

static void dropped_is_not_written(struct kunit *test)
{
	struct made_up *m = test->priv;

	add(m, FIRST, PAGES);
	gm_pending_drop(&m->pending);
	memset(m->written, 0, PAGES);
	settle(m, FIRST, PAGES);
	finish(m);
	KUNIT_EXPECT_EQ(test, 0, m->written[0]);
	KUNIT_EXPECT_EQ(test, 0, m->written[PAGES - 1]);
	/* It still works afterwards. */
	add(m, FIRST, PAGES);
	finish(m);
	expect_once(test, 0, PAGES);
}

/* Ranges for which there is no room are written at once. */
static void many_ranges(struct kunit *test)
{
	struct made_up *m = test->priv;
	unsigned long i;

	for (i = 0; i < 3 * GM_PENDING_RANGES; i++)
		add(m, FIRST + 100 * i, 100);
	finish(m);
	expect_once(test, 0, 300 * GM_PENDING_RANGES);
	KUNIT_EXPECT_EQ(test, 0, m->written[300 * GM_PENDING_RANGES]);
}

static struct kunit_case pending_cases[] = {
	KUNIT_CASE(all_are_written_once),
	KUNIT_CASE(who_needs_them_has_them_written),
	KUNIT_CASE(dropped_is_not_written),
	KUNIT_CASE(many_ranges),
	{}
};

static struct kunit_suite pending_suite = {
	.name = "ghostmem_pending",
	.init = pending_test_init,
	.exit = pending_test_exit,
	.test_cases = pending_cases,
};

kunit_test_suite(pending_suite);
