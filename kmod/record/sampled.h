/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The same events as in page.h, for a recorder that takes samples. Most events do not belong to a
 * sample: for them only the countdown or the bitmap of the sampler is accessed, inline.
 *
 * Any context, preemptible or not. See recorder.c for what holds in here.
 */
#ifndef GHOSTMEM_RECORD_SAMPLED_H
#define GHOSTMEM_RECORD_SAMPLED_H

#include "record/recorder.h"

/* Slow path: records an allocation as a sample, if its countdown confirms that it is one. */
void gm_sampled_alloc_slow(struct gm_recorder *r, struct page *page, unsigned int order,
			   s32 credit, gfp_t gfp);

/* Slow path: records a free that may be that of a sample. */
void gm_sampled_free_slow(struct gm_recorder *r, unsigned long pfn, unsigned int order);

/*
 * Records an allocation of 2^@order pages if it is a sample. Preemption may stay on, because a
 * single access updates the countdown. @page may be NULL; only the slow path checks that.
 */
static __always_inline void gm_sampled_alloc(struct gm_recorder *r, struct page *page,
					     unsigned int order, gfp_t gfp)
{
	s32 credit;

	if (gm_recorder_ignores(gfp))
		return;
	credit = gm_sampler_count(&r->sampler, 1U << order);
	if (unlikely(credit >= 0))
		gm_sampled_alloc_slow(r, page, order, credit, gfp);
}

/* Records a free of 2^@order pages. The bitmap exists as long as hooks are attached. */
static __always_inline void gm_sampled_free(struct gm_recorder *r, unsigned long pfn,
					    unsigned int order)
{
	if (unlikely(order) || unlikely(gm_sampler_may_have(&r->sampler, pfn)))
		gm_sampled_free_slow(r, pfn, order);
}

#endif /* GHOSTMEM_RECORD_SAMPLED_H */
