/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The same events as in page.h, for a recorder that takes samples. Most events are not a
 * sample's: for them only the countdown or the bitmap of the sampler is touched, inline.
 *
 * Any context, preemptible or not. See recorder.c for what holds in here.
 */
#ifndef GHOSTMEM_RECORD_SAMPLED_H
#define GHOSTMEM_RECORD_SAMPLED_H

#include "record/recorder.h"

/* Slow path: an allocation that becomes a sample unless its countdown says otherwise. */
void gm_sampled_alloc_slow(struct gm_recorder *r, struct page *page, unsigned int order,
			   s32 credit);

/* Slow path: a free that may be a sample's. */
void gm_sampled_free_slow(struct gm_recorder *r, unsigned long pfn, unsigned int order);

/*
 * An allocation of 2^@order pages. Preemption may stay on, because one access updates the
 * countdown. @page may be NULL; this is looked at in the slow path only.
 */
static __always_inline void gm_sampled_alloc(struct gm_recorder *r, struct page *page,
					     unsigned int order, gfp_t gfp)
{
	s32 credit;

	if (gm_recorder_ignores(gfp))
		return;
	credit = gm_sampler_count(&r->sampler, 1U << order);
	if (unlikely(credit >= 0))
		gm_sampled_alloc_slow(r, page, order, credit);
}

/* A free of 2^@order pages. The bitmap exists as long as hooks are attached. */
static __always_inline void gm_sampled_free(struct gm_recorder *r, unsigned long pfn,
					    unsigned int order)
{
	if (unlikely(order) || unlikely(gm_sampler_may_have(&r->sampler, pfn)))
		gm_sampled_free_slow(r, pfn, order);
}

#endif /* GHOSTMEM_RECORD_SAMPLED_H */
