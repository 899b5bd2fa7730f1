// SPDX-License-Identifier: GPL-2.0
/*
 * Many pages at once: what the bulk allocator and that of contiguous ranges return, as single
 * pages, and what is moved. See recorder.h; for contexts see recorder.c.
 */
#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/mm.h>

#include "record/event.h"

/* Their pages are allocated together, and freed one by one. */
static const struct gm_block gm_single;

/* Notes which entries are new. */
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
 * Notes which entries are samples, whether they get a page or not: so each page is taken with
 * the same probability, and most calls need not be watched to their return.
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

bool gm_recorder_bulk_begin(struct gm_recorder *r, struct gm_bulk *bulk, gfp_t gfp)
{
	unsigned int nr = min_t(unsigned int, bulk->nr, GM_BULK_MAX);

	if (gm_event_is_users(gfp) || !gm_fuse_admits(&r->fuse))
		return false;
	bulk->block = gm_single;
	if (r->sampled && !gm_bulk_note_samples(r, bulk, nr))
		return false;
	bulk->clock = gm_event_clock(r);
	gm_bulk_note_filled(bulk, nr);
	return true;
}

/*
 * Whether a page that the bulk allocator returned is not recorded yet. Short of pages
 * it falls back to the ordinary allocator, whose tracepoint has done it: such a
 * record is no older than the call. An older one was left by a free unseen.
 */
static __always_inline bool gm_bulk_new(struct gm_recorder *r, const struct page *page, u64 clock)
{
	gm_record_t old = gm_page_map_get(&r->map, page_to_pfn(page));
	u64 now;

	if (likely(!old))
		return true;
	now = gm_event_clock(r);
	return gm_record_age(old, now) > now - clock;
}

static bool gm_bulk_wanted(const struct gm_recorder *r, const struct gm_bulk *bulk, unsigned int i)
{
	return !r->sampled || (i < GM_BULK_MAX && test_bit(i, bulk->samples));
}

/* Records the new pages under @rec, or just counts them where that is 0. */
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

static void gm_bulk(struct gm_recorder *r, const struct gm_bulk *bulk, unsigned long used)
{
	unsigned long pages;
	u32 site;

	this_cpu_inc(r->counters->events[GM_EVENT_BULK]);
	if (unlikely(!bulk->list && used > GM_BULK_MAX))
		this_cpu_add(r->counters->lost[GM_LOST_BULK_LONG], used - GM_BULK_MAX);
	/* Often nothing is new, as for an array that was full: then no stack is taken. */
	pages = gm_bulk_pages(r, bulk, used, 0);
	if (!pages)
		return;
	/*
	 * A single one is the ordinary allocator's, as above: its tracepoint has tossed for it, and
	 * whether it was taken or not, it is not to be tossed for again. (That the bulk
	 * allocator finds one page, and not two, happens where memory is as good as used up.)
	 */
	if (bulk->block.level && pages == 1)
		return;
	site = gm_origins_site(&r->origins, bulk->caller, bulk->block);
	if (unlikely(!site))
		return;
	/* Until this hook returns nobody can free these pages. */
	pages = gm_bulk_pages(r, bulk, used, gm_event_record(r, site));
	gm_site_alloc(&r->origins.sites, site, pages);
}

void gm_recorder_bulk_end(struct gm_recorder *r, const struct gm_bulk *bulk, unsigned long used)
{
	preempt_disable_notrace();
	used = min_t(unsigned long, used, bulk->nr);
	if (used && gm_fuse_is_on(&r->fuse))
		gm_bulk(r, bulk, used);
	preempt_enable_notrace();
}

/* Of a contiguous range so many records, or samples on average, are written at once. */
#define GM_CONTIG_RECORDS	1024UL
#define GM_CONTIG_SAMPLES	64UL

/* Of the range from *@pfn to @end those neighbours, in one leaf, that are recorded next. */
static unsigned long gm_contig_part(struct gm_recorder *r, unsigned long *pfn, unsigned long end,
				    u32 level)
{
	if (!r->sampled)
		return gm_leaf_part(*pfn, end - *pfn);
	*pfn += gm_sampler_distance(&r->sampler, level) - 1;
	return 1;
}

/*
 * Records the range. Where all pages are recorded they have been counted already, for they are in
 * use; of samples it is not known before how many there are.
 */
void gm_recorder_write(void *ctx, unsigned long pfn, unsigned long nr, gm_record_t rec, u32 level)
{
	unsigned long part, end = pfn + nr;
	u32 site = gm_record_site(rec);
	struct gm_recorder *r = ctx;
	gm_record_t *slot;

	for (;; pfn += part) {
		part = gm_contig_part(r, &pfn, end, level);
		if (pfn >= end)
			break;
		slot = gm_page_map_slot(&r->map, pfn);
		if (unlikely(!slot)) {
			this_cpu_inc(r->counters->lost[GM_LOST_NO_LEAF]);
			if (!r->sampled)
				gm_event_freed(r, site, part);
			continue;
		}
		if (r->sampled)
			gm_site_alloc(&r->origins.sites, site, part);
		gm_slots_replace(slot, part, rec, gm_recorder_stale, r);
		if (r->sampled)
			gm_sampler_mark(&r->sampler, pfn, part);
	}
}

void gm_recorder_contig(struct gm_recorder *r, unsigned long pfn, unsigned long nr, gfp_t gfp,
			struct gm_caller caller)
{
	struct gm_block block = gm_single;
	gm_record_t rec;
	u32 site;

	if (gm_event_is_users(gfp) || !gm_fuse_admits(&r->fuse))
		return;
	this_cpu_inc(r->counters->events[GM_EVENT_CONTIG]);
	if (r->sampled)
		block.level = READ_ONCE(r->sampler.level);
	site = gm_origins_site(&r->origins, caller, block);
	if (unlikely(!site))
		return;
	rec = gm_event_record(r, site);
	if (!r->sampled)
		gm_site_alloc(&r->origins.sites, site, nr);
	if (nr <= (r->sampled ? GM_CONTIG_SAMPLES : GM_CONTIG_RECORDS) << block.level) {
		gm_recorder_write(r, pfn, nr, rec, block.level);
		return;
	}
	/* Every free of the range has to be looked at. */
	if (r->sampled)
		gm_sampler_mark_range(&r->sampler, pfn, nr);
	gm_pending_add(&r->pending, pfn, nr, rec, block.level);
}

void gm_recorder_free_pending(struct gm_recorder *r, unsigned long pfn)
{
	gm_record_t old;

	gm_recorder_settle(r, pfn, 1);
	old = gm_page_map_get(&r->map, pfn);
	if (old && gm_page_map_swap(&r->map, pfn, 1, 0, gm_event_freed, r) == 0)
		return;
	this_cpu_inc(r->counters->unknown);
}

void gm_recorder_move(struct gm_recorder *r, unsigned long old, unsigned long new,
		      unsigned long nr)
{
	unsigned long i;

	if (!gm_fuse_is_on(&r->fuse))
		return;
	this_cpu_inc(r->counters->events[GM_EVENT_MOVE]);
	for (i = 0; i < nr; i++) {
		gm_record_t *from = gm_page_map_slot(&r->map, old + i);
		gm_record_t *to = gm_page_map_slot(&r->map, new + i);
		gm_record_t rec = from && to ? gm_slot_replace(from, 0) : 0;

		if (unlikely(!to))
			this_cpu_inc(r->counters->lost[GM_LOST_NO_LEAF]);
		/* Both functions that are watched may have been on the way. */
		if (!rec)
			continue;
		rec = gm_slot_replace(to, rec);
		/* The new page was recorded when it was allocated, in order to be this. */
		if (rec)
			gm_event_freed(r, gm_record_site(rec), 1);
		if (r->sampled) {
			gm_sampler_mark(&r->sampler, new + i, 1);
			gm_sampler_unmark(&r->sampler, old + i, 1);
		}
	}
}
