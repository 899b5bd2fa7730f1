// SPDX-License-Identifier: GPL-2.0
/*
 * The self-test, with hooks that it has to refuse: each misses one kind of event. They are attached
 * to the same tracepoints as the module's own hooks, see what the test's task does, and write to a
 * page map.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <trace/events/kmem.h>

#include "hooks/selftest.c"

/**
 * struct sight - what hooks see
 * @name:	description for the message if the self-test did not refuse the hooks
 * @blocks:	an allocation is recorded for all pages of a block, or else for the first one alone
 * @allocs:	allocations are recorded at all
 * @frees:	frees are recorded
 * @parts:	a free of a part clears this part alone, or else the whole block
 * @stacks:	allocations have the test's stack, or else that of a function of the kernel
 */
struct sight {
	const char *name;
	bool blocks;
	bool allocs;
	bool frees;
	bool parts;
	bool stacks;
};

struct eyes {
	struct gm_recorder r;
	struct task_struct *task;
	struct sight sight;
	u32 ours;
	u32 others;
	struct tracepoint *alloc;
	struct tracepoint *free;
};

static bool sees(const struct eyes *e)
{
	return in_task() && current == e->task;
}

static void see_alloc(void *data, struct page *page, unsigned int order, gfp_t gfp,
		      int migratetype)
{
	struct eyes *e = data;
	unsigned long i, pages = e->sight.blocks ? 1UL << order : 1;

	if (!page || !sees(e) || !e->sight.allocs)
		return;
	for (i = 0; i < pages; i++)
		*gm_page_map_slot(&e->r.map, page_to_pfn(page) + i) =
			gm_record(e->sight.stacks ? e->ours : e->others, 0, 1);
}

static void see_free(void *data, struct page *page, unsigned int order)
{
	struct eyes *e = data;
	unsigned long i, pfn = page_to_pfn(page), pages = 1UL << order;

	if (!sees(e) || !e->sight.frees)
		return;
	if (!e->sight.parts) {
		pages = 1UL << GM_BLOCK_ORDER;
		pfn = ALIGN_DOWN(pfn, pages);
	}
	for (i = 0; i < pages; i++)
		*gm_page_map_slot(&e->r.map, pfn + i) = 0;
}

static void find_tracepoint(struct tracepoint *tp, void *data)
{
	struct eyes *e = data;

	if (!strcmp(tp->name, "mm_page_alloc"))
		e->alloc = tp;
	if (!strcmp(tp->name, "mm_page_free"))
		e->free = tp;
}

static void ignore_offline(void *priv, struct gm_map_leaf *leaf, unsigned long pfn)
{
}

static u32 site_with(struct gm_sites *s, void *function)
{
	struct gm_stack stack = { .frame[0] = (unsigned long)function + 4, .depth = 1 };
	u32 id;

	preempt_disable();
	id = gm_sites_get(s, &stack);
	preempt_enable();
	return id;
}

static int selftest_test_init(struct kunit *test)
{
	struct eyes *e = kunit_kzalloc(test, sizeof(*e), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, e);
	KUNIT_ASSERT_EQ(test, 0, gm_page_map_init(&e->r.map, ignore_offline, NULL));
	test->priv = e;
	KUNIT_ASSERT_EQ(test, 0, gm_page_map_cover_online(&e->r.map));
	KUNIT_ASSERT_EQ(test, 0, gm_sites_init(&e->r.origins.sites, GM_SITES_MIN));
	e->ours = site_with(&e->r.origins.sites, selftest_test_init);
	e->others = site_with(&e->r.origins.sites, kfree);
	for_each_kernel_tracepoint(find_tracepoint, e);
	KUNIT_ASSERT_NOT_NULL(test, e->alloc);
	KUNIT_ASSERT_NOT_NULL(test, e->free);
	return 0;
}

static void selftest_test_exit(struct kunit *test)
{
	struct eyes *e = test->priv;

	if (!e)
		return;
	gm_sites_destroy(&e->r.origins.sites);
	gm_page_map_destroy(&e->r.map);
}

/* Returns the result of @selftest with hooks of that sight. */
static int verdict(struct kunit *test, int (*selftest)(struct gm_recorder *r),
		   const struct sight *sight)
{
	struct eyes *e = test->priv;
	int err;

	e->sight = *sight;
	e->task = current;
	KUNIT_ASSERT_EQ(test, 0, tracepoint_probe_register(e->alloc, see_alloc, e));
	KUNIT_ASSERT_EQ(test, 0, tracepoint_probe_register(e->free, see_free, e));
	err = selftest(&e->r);
	tracepoint_probe_unregister(e->free, see_free, e);
	tracepoint_probe_unregister(e->alloc, see_alloc, e);
	tracepoint_synchronize_unregister();
	gm_page_map_clear(&e->r.map);
	return err;
}

static const struct sight whole = {
	.name = "all", .blocks = true, .allocs = true, .frees = true, .parts = true,
	.stacks = true,
};

static void hooks_that_see_all_are_good(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 0, verdict(test, gm_selftest_pages, &whole));
}

static void hooks_that_are_blind_in_one_way_are_refused(struct kunit *test)
{
	static const struct sight blind[] = {
		{ .name = "no allocation", .blocks = true, .frees = true, .parts = true,
		  .stacks = true },
		{ .name = "the first page of a block alone", .allocs = true, .frees = true,
		  .parts = true, .stacks = true },
		{ .name = "no free", .blocks = true, .allocs = true, .parts = true,
		  .stacks = true },
		{ .name = "a part's free as the block's", .blocks = true, .allocs = true,
		  .frees = true, .stacks = true },
		{ .name = "another's stack", .blocks = true, .allocs = true, .frees = true,
		  .parts = true },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(blind); i++)
		KUNIT_EXPECT_EQ_MSG(test, -EIO, verdict(test, gm_selftest_pages, &blind[i]),
				    "it sees %s", blind[i].name);
}

/* Tracepoints see nothing of the bulk allocator, except the page allocated before the request. */
static void a_bulk_allocator_that_nobody_watches_is_refused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -EIO, verdict(test, gm_selftest_bulk, &whole));
}

static struct kunit_case selftest_cases[] = {
	KUNIT_CASE(hooks_that_see_all_are_good),
	KUNIT_CASE(hooks_that_are_blind_in_one_way_are_refused),
	KUNIT_CASE(a_bulk_allocator_that_nobody_watches_is_refused),
	{}
};

static struct kunit_suite selftest_suite = {
	.name = "ghostmem_selftest",
	.init = selftest_test_init,
	.exit = selftest_test_exit,
	.test_cases = selftest_cases,
};

kunit_test_suite(selftest_suite);
