// SPDX-License-Identifier: GPL-2.0
/*
 * The pages of contiguous ranges. See contig.h; for contexts see recorder.c.
 */
#include <linux/mm.h>

#include "record/contig.h"

/* Ranges with up to this many records, or samples on average, are recorded immediately. */
#define GM_CONTIG_RECORDS	1024UL
#define GM_CONTIG_SAMPLES	64UL

/*
 * Returns how many neighbouring pages, in one leaf, are recorded next in the range from *@pfn to
 * @end. If the recorder samples, this is one page, to which *@pfn is advanced.
 */
static unsigned long gm_contig_part(struct gm_recorder *r, unsigned long *pfn, unsigned long end,
				    u32 level)
{
	if (!r->sampled)
		return gm_leaf_part(*pfn, end - *pfn);
	*pfn += gm_sampler_distance(&r->sampler, level) - 1;
	return 1;
}

void gm_contig_write(void *ctx, unsigned long pfn, unsigned long nr, gm_record_t rec, u32 level)
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
				gm_recorder_freed(r, site, part);
			continue;
		}
		if (r->sampled)
			gm_site_alloc(&r->origins.sites, site, part);
		gm_slots_replace(slot, part, rec, gm_recorder_stale, r);
		if (r->sampled)
			gm_sampler_mark(&r->sampler, pfn, part);
	}
}

void gm_contig_record(struct gm_recorder *r, unsigned long pfn, unsigned long nr, gfp_t gfp,
		      struct gm_caller caller)
{
	struct gm_block block = { .flags = gm_block_flags(gfp) };
	gm_record_t rec;
	u32 site;

	if (gm_recorder_ignores(gfp) || !gm_fuse_admits(&r->fuse))
		return;
	this_cpu_inc(r->counters->events[GM_EVENT_CONTIG]);
	if (r->sampled)
		block.level = READ_ONCE(r->sampler.level);
	site = gm_origins_site(&r->origins, caller, block);
	if (unlikely(!site))
		return;
	rec = gm_recorder_record(r, site);
	if (!r->sampled)
		gm_site_alloc(&r->origins.sites, site, nr);
	if (nr <= (r->sampled ? GM_CONTIG_SAMPLES : GM_CONTIG_RECORDS) << block.level) {
		gm_contig_write(r, pfn, nr, rec, block.level);
		return;
	}
	/* The samples are only chosen later, so every free in the range has to be looked at. */
	if (r->sampled)
		gm_sampler_mark_range(&r->sampler, pfn, nr);
	gm_pending_add(&r->pending, pfn, nr, rec, block.level);
}
