// SPDX-License-Identifier: GPL-2.0
/*
 * The slow paths of sampled events. See sampled.h and tables/sampler.h.
 *
 * The governor can save the time that is spent here, so it is measured. It includes the time of
 * interrupts that come in between, so the figure errs on the safe side.
 */
#include <linux/mm.h>
#include <linux/timex.h>

#include "record/page.h"
#include "record/sampled.h"

static void gm_sample(struct gm_recorder *r, unsigned long pfn, struct gm_block block,
		      struct gm_caller caller)
{
	if (unlikely(in_nmi())) {
		this_cpu_inc(r->counters->lost[GM_LOST_NMI]);
		return;
	}
	__gm_page_alloc(r, pfn, block, caller);
	gm_sampler_mark(&r->sampler, pfn, 1UL << block.order);
}

/*
 * Not inlined, so that the probe, which nearly always has nothing to do, needs no stack frame. The
 * frame of this function itself is left out of the recorded stack, see stack/unwind_cache.c.
 */
noinline void gm_sampled_alloc_slow(struct gm_recorder *r, struct page *page, unsigned int order,
				    s32 credit, gfp_t gfp)
{
	struct gm_caller caller = GM_CALLER();
	struct gm_block block = { .order = order, .flags = gm_block_flags(gfp) };
	cycles_t begin;

	preempt_disable_notrace();
	begin = get_cycles();
	if (gm_sampler_take(&r->sampler, 1U << order, credit, &block.level) && page &&
	    gm_fuse_admits(&r->fuse))
		gm_sample(r, page_to_pfn(page), block, caller);
	this_cpu_add(r->sampler.cpu->cycles, get_cycles() - begin);
	preempt_enable_notrace();
}

noinline void gm_sampled_free_slow(struct gm_recorder *r, unsigned long pfn, unsigned int order)
{
	cycles_t begin;

	if (likely(!gm_sampler_any(&r->sampler, pfn, 1UL << order)))
		return;
	preempt_disable_notrace();
	begin = get_cycles();
	if (gm_fuse_is_on(&r->fuse)) {
		this_cpu_inc(r->counters->events[GM_EVENT_FREE]);
		gm_recorder_settle(r, pfn, 1UL << order);
		gm_page_map_swap(&r->map, pfn, 1UL << order, 0, gm_recorder_freed, r);
		gm_sampler_unmark(&r->sampler, pfn, 1UL << order);
	}
	this_cpu_add(r->sampler.cpu->cycles, get_cycles() - begin);
	preempt_enable_notrace();
}
