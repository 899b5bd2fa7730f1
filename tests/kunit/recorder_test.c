// SPDX-License-Identifier: GPL-2.0
/*
 * The recorder without any hooks attached: how it accounts for requests to the bulk allocator in
 * which some entries were filled before, and for memory that goes offline.
 */
#include <kunit/test.h>
#include <linux/mm.h>

#include "tables/counters.c"
#include "record/bulk.c"
#include "record/contig.c"
#include "record/fuse.c"
#include "record/move.c"
#include "record/origins.c"
#include "record/page.c"
#include "record/recorder.c"
#include "record/sampled.c"

#include "page_offline.h"

#define PAGES	8

struct recording {
	struct gm_recorder r;
	struct page *page[PAGES];	/* the array of the bulk request's caller */
	struct page *held[PAGES];	/* all pages that the test holds */
	struct gm_bulk bulk;
	u32 site;			/* of pages allocated before the request */
};

static int recorder_test_init(struct kunit *test)
{
	struct recording *rec = kunit_kzalloc(test, sizeof(*rec), GFP_KERNEL);
	struct gm_stack stack = { .frame[0] = (unsigned long)recorder_test_init, .depth = 1 };

	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_ASSERT_EQ(test, 0, gm_recorder_init(&rec->r, GM_SITES_MIN));
	test->priv = rec;
	gm_recorder_start(&rec->r);
	preempt_disable();
	rec->site = gm_sites_get(&rec->r.origins.sites, &stack);
	preempt_enable();
	return 0;
}

static void recorder_test_exit(struct kunit *test)
{
	struct recording *rec = test->priv;
	unsigned int i;

	if (!rec)
		return;
	gm_recorder_stop(&rec->r);
	for (i = 0; i < PAGES; i++) {
		if (rec->held[i])
			__free_page(rec->held[i]);
	}
	gm_recorder_destroy(&rec->r);
}

static struct page *take(struct kunit *test, unsigned int i)
{
	struct recording *rec = test->priv;

	rec->held[i] = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, rec->held[i]);
	return rec->held[i];
}

/* Records a page on rec->site, as an allocation with another stack would. */
static void book(struct recording *rec, const struct page *page)
{
	gm_site_alloc(&rec->r.origins.sites, rec->site, 1);
	*gm_page_map_slot(&rec->r.map, page_to_pfn(page)) =
		gm_recorder_record(&rec->r, rec->site);
}

static u32 site_of(struct recording *rec, unsigned int i)
{
	return gm_record_site(gm_page_map_get(&rec->r.map, page_to_pfn(rec->held[i])));
}

static u64 lost(struct recording *rec, enum gm_lost reason)
{
	struct gm_counters sum;

	gm_counters_sum(rec->r.counters, &sum);
	return sum.lost[reason];
}

static u64 live(struct recording *rec, u32 site)
{
	struct gm_site_counts counts;

	gm_site_read(&rec->r.origins.sites, site, &counts);
	return counts.live;
}

/* Lets time go by. */
static void later(struct recording *rec, unsigned int seconds)
{
	rec->r.epoch -= seconds * HZ;
}

static void bulk_begins(struct kunit *test)
{
	struct recording *rec = test->priv;

	rec->bulk.array = rec->page;
	rec->bulk.nr = PAGES;
	KUNIT_ASSERT_TRUE(test, gm_bulk_begin(&rec->r, &rec->bulk, GFP_KERNEL));
}

static noinline void bulk_ends(struct recording *rec)
{
	rec->bulk.caller = GM_CALLER();
	gm_bulk_end(&rec->r, &rec->bulk, PAGES);
}

static void entries_filled_before_keep_their_site(struct kunit *test)
{
	struct recording *rec = test->priv;
	unsigned int i;

	for (i = 0; i < PAGES; i += 2) {
		rec->page[i] = take(test, i);
		book(rec, rec->page[i]);
	}
	later(rec, 2);
	bulk_begins(test);
	for (i = 1; i < PAGES; i += 2)
		rec->page[i] = take(test, i);
	bulk_ends(rec);

	for (i = 0; i < PAGES; i += 2) {
		KUNIT_EXPECT_EQ(test, rec->site, site_of(rec, i));
		KUNIT_EXPECT_NE(test, rec->site, site_of(rec, i + 1));
		KUNIT_EXPECT_NE(test, 0U, site_of(rec, i + 1));
	}
	KUNIT_EXPECT_EQ(test, 4ULL, live(rec, rec->site));
	KUNIT_EXPECT_EQ(test, 4ULL, live(rec, site_of(rec, 1)));
	KUNIT_EXPECT_EQ(test, 0ULL, lost(rec, GM_LOST_STALE));
}

/* If the bulk allocator falls back to the ordinary one, the latter's hook records the page. */
static void pages_recorded_since_the_call_keep_their_site(struct kunit *test)
{
	struct recording *rec = test->priv;
	unsigned int i;

	bulk_begins(test);
	for (i = 0; i < PAGES; i++)
		rec->page[i] = take(test, i);
	book(rec, rec->page[3]);
	bulk_ends(rec);

	KUNIT_EXPECT_EQ(test, rec->site, site_of(rec, 3));
	KUNIT_EXPECT_EQ(test, PAGES - 1ULL, live(rec, site_of(rec, 0)));
	KUNIT_EXPECT_EQ(test, 0ULL, lost(rec, GM_LOST_STALE));
}

static void records_left_by_frees_unseen_are_replaced(struct kunit *test)
{
	struct recording *rec = test->priv;
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		book(rec, take(test, i));
	later(rec, 2);
	bulk_begins(test);
	memcpy(rec->page, rec->held, sizeof(rec->page));
	bulk_ends(rec);

	KUNIT_EXPECT_NE(test, rec->site, site_of(rec, 0));
	KUNIT_EXPECT_EQ(test, 0ULL, live(rec, rec->site));
	KUNIT_EXPECT_EQ(test, (u64)PAGES, live(rec, site_of(rec, 0)));
	KUNIT_EXPECT_EQ(test, (u64)PAGES, lost(rec, GM_LOST_STALE));
}

/*
 * A page that goes offline while it has a record counts as freed. If it is not marked as taken by
 * the hypervisor, its free was not seen, which is counted as lost.
 */
static void pages_that_go_offline_are_accounted_for(struct kunit *test)
{
	struct recording *rec = test->priv;
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	unsigned long pfn;

	KUNIT_ASSERT_NOT_NULL(test, page);
	split_page(page, 1);
	rec->held[0] = page;
	rec->held[1] = page + 1;
	book(rec, page);
	book(rec, page + 1);
	pfn = ALIGN_DOWN(page_to_pfn(page), GM_LEAF_PAGES);
	page_make_offline(page + 1);
	gm_page_map_uncover(&rec->r.map, pfn, GM_LEAF_PAGES);
	page_make_ordinary(page + 1);

	KUNIT_EXPECT_EQ(test, 0ULL, live(rec, rec->site));
	KUNIT_EXPECT_EQ(test, 1ULL, lost(rec, GM_LOST_OFFLINED));
	KUNIT_EXPECT_NULL(test, gm_page_map_slot(&rec->r.map, page_to_pfn(page)));
}

static struct kunit_case recorder_cases[] = {
	KUNIT_CASE(entries_filled_before_keep_their_site),
	KUNIT_CASE(pages_recorded_since_the_call_keep_their_site),
	KUNIT_CASE(records_left_by_frees_unseen_are_replaced),
	KUNIT_CASE(pages_that_go_offline_are_accounted_for),
	{}
};

static struct kunit_suite recorder_suite = {
	.name = "ghostmem_recorder",
	.init = recorder_test_init,
	.exit = recorder_test_exit,
	.test_cases = recorder_cases,
};

kunit_test_suite(recorder_suite);
