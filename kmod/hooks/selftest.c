// SPDX-License-Identifier: GPL-2.0
/*
 * The self-test. See selftest.h.
 */
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "compat/bulk.h"
#include "hooks/selftest.h"
#include "tables/table_alloc.h"

#define GM_BULK_PAGES	6

/* Rounds are so short that at least one of many is undisturbed. */
#define GM_ROUNDS	128
#define GM_PAIRS	32

static bool gm_ours(unsigned long frame)
{
	return within_module(frame, THIS_MODULE);
}

/* The site that the page was recorded under, or NULL. */
static const struct gm_site *gm_site_of(struct gm_recorder *r, struct page *page)
{
	gm_record_t rec = gm_page_map_get(&r->map, page_to_pfn(page));
	u32 id = gm_record_site(rec);

	return rec && gm_sites_valid(&r->origins.sites, id) ? &r->origins.sites.site[id] : NULL;
}

static bool gm_forgotten(struct gm_recorder *r, unsigned long pfn)
{
	return !gm_page_map_get(&r->map, pfn);
}

/* If the site table is full already, there is no stack to check: this counts as ours. */
bool gm_selftest_is_ours(const struct gm_sites *sites, u32 id)
{
	const struct gm_site *site = &sites->site[id];
	unsigned int i;

	if (id == GHOSTMEM_SITE_OTHER)
		return true;
	for (i = 0; i < site->depth; i++) {
		if (gm_ours(site->frame[i]))
			return true;
	}
	return false;
}

static bool gm_leads_here(struct gm_recorder *r, const struct gm_site *site)
{
	return gm_selftest_is_ours(&r->origins.sites, site - r->origins.sites.site);
}

static void gm_free_all(struct page **pages, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (pages[i])
			__free_page(pages[i]);
		pages[i] = NULL;
	}
}

/* The bulk allocator may return one page at a time, so this calls it until all are there. */
static int gm_bulk_fill(struct page **pages, unsigned int nr)
{
	unsigned int tries;

	for (tries = 0; tries < 2 * nr; tries++) {
		if (gm_alloc_bulk(GM_GFP_ARM, nr, pages) == nr)
			return 0;
	}
	return -ENOMEM;
}

/* The order of the block that is tried first. */
#define GM_BLOCK_ORDER	3

/*
 * Does not try hard to get a block: if memory is so fragmented that none is available, the test is
 * not worth compacting memory or killing a process.
 */
static struct page *gm_block_alloc(unsigned int order)
{
	return alloc_pages(order ? GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN : GM_GFP_ARM, order);
}

/* Tests a block of @order whose upper half is freed first, as alloc_pages_exact() does. */
static int gm_selftest_split(struct gm_recorder *r, unsigned int order)
{
	unsigned long i, pfn, pages = 1UL << order;
	struct page *block = gm_block_alloc(order);
	const struct gm_site *site;
	bool good;

	if (!block)
		return -ENOMEM;
	pfn = page_to_pfn(block);
	site = gm_site_of(r, block);
	good = site && gm_site_of(r, block + pages - 1) == site &&
	       gm_leads_here(r, site);

	if (order)
		split_page(block, order);
	for (i = pages; i-- > 0; ) {
		__free_page(pfn_to_page(pfn + i));
		/* Another CPU may take a freed page, but not one that we still hold. */
		if (i)
			good &= gm_site_of(r, block) == site;
	}
	return good ? 0 : -EIO;
}

/*
 * A page that we just freed may belong to somebody else by now, and be recorded
 * again for good reason. It is proof enough that once in many tries it is not.
 */
static int gm_selftest_free(struct gm_recorder *r)
{
	unsigned int tries;

	for (tries = 0; tries < 64; tries++) {
		struct page *page = alloc_page(GM_GFP_ARM);
		unsigned long pfn;

		if (!page)
			return -ENOMEM;
		pfn = page_to_pfn(page);
		__free_page(page);
		if (gm_forgotten(r, pfn))
			return 0;
	}
	return -EIO;
}

/*
 * Tests the largest block that is available. If there is none, single pages have proven the hooks,
 * which are the same; that blocks may be freed in parts is then not tested.
 */
static int gm_selftest_block(struct gm_recorder *r)
{
	unsigned int order;
	int err = -ENOMEM;

	for (order = GM_BLOCK_ORDER; order && err == -ENOMEM; order--)
		err = gm_selftest_split(r, order);
	if (err != -ENOMEM)
		return err;
	pr_info("ghostmem: memory is fragmented: tested with single pages alone\n");
	return 0;
}

int gm_selftest_pages(struct gm_recorder *r)
{
	return gm_selftest_split(r, 0) ?: gm_selftest_block(r) ?: gm_selftest_free(r);
}

int gm_selftest_bulk(struct gm_recorder *r)
{
	struct page *pages[GM_BULK_PAGES] = {};
	const struct gm_site *single, *site;
	unsigned int i;
	int err;

	/* An entry filled before the call keeps its own site. */
	pages[1] = alloc_page(GM_GFP_ARM);
	if (!pages[1])
		return -ENOMEM;
	single = gm_site_of(r, pages[1]);
	err = gm_bulk_fill(pages, GM_BULK_PAGES);
	for (i = 0; i < GM_BULK_PAGES && !err; i++) {
		site = gm_site_of(r, pages[i]);
		if (!site || !gm_leads_here(r, site))
			err = -EIO;
		else if (site != single && i == 1)
			err = -EIO;
	}
	gm_free_all(pages, GM_BULK_PAGES);
	return err;
}

u32 gm_selftest_pair_ns(void)
{
	u64 begin, least = U32_MAX;
	unsigned int round, i;

	for (round = 0; round < GM_ROUNDS; round++) {
		begin = ktime_get_ns();
		for (i = 0; i < GM_PAIRS; i++) {
			struct page *page = alloc_page(GM_GFP_ARM);

			if (page)
				__free_page(page);
		}
		least = min(least, ktime_get_ns() - begin);
		cond_resched();
	}
	return least / GM_PAIRS;
}
