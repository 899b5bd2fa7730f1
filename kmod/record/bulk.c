// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of the bulk allocator. See bulk.h; for contexts see recorder.c.
 */
#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/mm.h>

#include "record/bulk.h"

/* Pages of a bulk allocation are recorded as single pages: they are freed one by one. */
static const struct gm_block gm_single;

/* Notes which entries are filled already, and so not new. */
static void gm_bulk_note_filled(struct gm_bulk *bulk, unsigned int nr)
{
	unsigned int i;

	bitmap_zero(bulk->filled, GM_BULK_MAX);
	for (i = 0; bulk->array && i < nr; i++) {
		if (bulk->array[i])
			__set_bit(i, bulk->filled);
	}
}

/*
 * Notes which entries are samples, whether or not they will get a page: so every page is sampled
 * with the same probability, and the return of most calls need not be watched. Returns false if
 * no entry is a sample.
 */
static bool gm_bulk_note_samples(struct gm_recorder *r, struct gm_bulk *bulk, unsigned int nr)
{
	s32 credit = gm_sampler_count(&r->sampler, nr);
	u32 i;

	if (likely(credit < 0) ||
	    !gm_sampler_take_first(&r->sampler, nr, credit, &bulk->block.level, &i))
		return false;
	bitmap_zero(bulk->samples, GM_BULK_MAX);
	for (; i < nr; i += gm_sampler_distance(&r->sampler, bulk->block.level))
		__set_bit(i, bulk->samples);
	return true;
}

bool gm_bulk_begin(struct gm_recorder *r, struct gm_bulk *bulk, gfp_t gfp)
{
	unsigned int nr = min_t(unsigned int, bulk->nr, GM_BULK_MAX);

	if (gm_recorder_ignores(gfp) || !gm_fuse_admits(&r->fuse))
		return false;
	bulk->block = gm_single;
	bulk->block.flags = gm_block_flags(gfp);
	if (r->sampled && !gm_bulk_note_samples(r, bulk, nr))
		return false;
	bulk->clock = gm_recorder_clock(r);
	gm_bulk_note_filled(bulk, nr);
	return true;
}

/*
 * Whether a page that the bulk allocator returned is not recorded yet. When it is short of pages,
 * it falls back to the ordinary allocator, whose tracepoint has recorded the page: such a record
 * is no older than the call. An older record was left behind because a free was not seen.
 */
static __always_inline bool gm_bulk_new(struct gm_recorder *r, const struct page *page, u64 clock)
{
	gm_record_t old = gm_page_map_get(&r->map, page_to_pfn(page));
	u64 now;

	if (likely(!old))
		return true;
	now = gm_recorder_clock(r);
	return gm_record_age(old, now) > now - clock;
}

static bool gm_bulk_wanted(const struct gm_recorder *r, const struct gm_bulk *bulk, unsigned int i)
{
	return !r->sampled || (i < GM_BULK_MAX && test_bit(i, bulk->samples));
}

/* Records @page as @rec if it is new, or only counts it if @rec is 0. Returns 1 or 0 pages. */
static __always_inline unsigned long gm_bulk_page(struct gm_recorder *r, const struct page *page,
						  u64 clock, gm_record_t rec)
{
	unsigned long pfn = page_to_pfn(page);

	if (!gm_bulk_new(r, page, clock))
		return 0;
	if (!rec)
		return 1;
	if (gm_page_map_swap(&r->map, pfn, 1, rec, gm_recorder_stale, r) < 0) {
		this_cpu_inc(r->counters->lost[GM_LOST_NO_LEAF]);
		return 0;
	}
	if (r->sampled)
		gm_sampler_mark(&r->sampler, pfn, 1);
	return 1;
}

static unsigned long gm_bulk_pages(struct gm_recorder *r, const struct gm_bulk *bulk,
				   unsigned long used, gm_record_t rec)
{
	unsigned long i = 0, pages = 0;
	const struct page *page;

	if (bulk->list) {
		list_for_each_entry(page, bulk->list, lru) {
			if (i == used)
				break;
			if (!rec || gm_bulk_wanted(r, bulk, i))
				pages += gm_bulk_page(r, page, bulk->clock, rec);
			i++;
		}
		return pages;
	}
	for (i = 0; i < min_t(unsigned long, used, GM_BULK_MAX); i++) {
		if (test_bit(i, bulk->filled) || !bulk->array[i])
			continue;
		if (!rec || gm_bulk_wanted(r, bulk, i))
			pages += gm_bulk_page(r, bulk->array[i], bulk->clock, rec);
	}
	return pages;
}

static void gm_bulk_record(struct gm_recorder *r, const struct gm_bulk *bulk, unsigned long used)
{
	unsigned long pages;
	u32 site;

	this_cpu_inc(r->counters->events[GM_EVENT_BULK]);
	if (unlikely(!bulk->list && used > GM_BULK_MAX))
		this_cpu_add(r->counters->lost[GM_LOST_BULK_LONG], used - GM_BULK_MAX);
	/* Often no page is new, as when the array was full: then no stack is walked. */
	pages = gm_bulk_pages(r, bulk, used, 0);
	if (!pages)
		return;
	/*
	 * A single page comes from the ordinary allocator, see gm_bulk_new(). Whether it becomes
	 * a sample was decided at its tracepoint, and must not be decided twice. (The bulk
	 * allocator itself returns just one page only when memory is nearly used up.)
	 */
	if (bulk->block.level && pages == 1)
		return;
	site = gm_origins_site(&r->origins, bulk->caller, bulk->block);
	if (unlikely(!site))
		return;
	/* Nobody can free these pages before this hook returns. */
	pages = gm_bulk_pages(r, bulk, used, gm_recorder_record(r, site));
	gm_site_alloc(&r->origins.sites, site, pages);
}

void gm_bulk_end(struct gm_recorder *r, const struct gm_bulk *bulk, unsigned long used)
{
	preempt_disable_notrace();
	used = min_t(unsigned long, used, bulk->nr);
	if (used && gm_fuse_is_on(&r->fuse))
		gm_bulk_record(r, bulk, used);
	preempt_enable_notrace();
}
