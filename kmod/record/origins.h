/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Origins: from the caller of an allocator to its site. Consists of the site table and of what is
 * needed to walk and to unwind a stack in a hook.
 *
 * Contexts: any but NMI, with preemption off. If the frame table and the site table know the
 * stack, nothing is touched that another event could find half-done, and events nest freely.
 * Otherwise the unwinder fills a scratch stack, of which each CPU has one per context level.
 * Interrupts nest into another level. A second event on the same level could only come from
 * within the unwinder; it is counted as lost. Nothing that hooks call allocates, sleeps or takes
 * a lock.
 *
 * A worker learns what the frame table lacks; hooks queue it through an irq_work. The lock
 * @learning keeps it from learning text that gm_origins_forget() is about to forget; it is taken
 * after all other locks.
 */
#ifndef GHOSTMEM_RECORD_ORIGINS_H
#define GHOSTMEM_RECORD_ORIGINS_H

#include <linux/irq_work.h>
#include <linux/jump_label.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "stack/stack_walk.h"
#include "stack/unwind_cache.h"
#include "tables/counters.h"
#include "tables/site_table.h"

DECLARE_STATIC_KEY_FALSE(gm_verify_stacks);

/**
 * struct gm_origins - an instance
 * @sites:	sites by stack
 * @frames:	how to walk a stack
 * @irq_stack:	per CPU, the bounds of its interrupt stack; all 0 until they are known
 * @context:	per CPU, which context levels are in the unwinder, and their scratch stacks
 * @counters:	counters of the owner
 * @ours:	the most frames seen so far between the unwinder and a hook's caller
 * @learning:	held while frames are learnt or forgotten
 * @call:	queues @learner
 * @learner:	the worker that learns frames
 */
struct gm_origins {
	struct gm_sites sites;
	struct gm_frames *frames;
	struct gm_bounds __percpu *irq_stack;
	struct gm_context __percpu *context;
	struct gm_counters __percpu *counters;
	unsigned int ours;
	struct mutex learning; /* of @frames */
	struct irq_work call;
	struct work_struct learner;
};

/*
 * Returns 0 or -ENOMEM. Sleeps, as do the three functions below. The hooks must be detached before
 * gm_origins_destroy().
 */
int gm_origins_init(struct gm_origins *o, u32 max_sites, struct gm_counters __percpu *counters);
void gm_origins_destroy(struct gm_origins *o);

/*
 * Forgets all sites. The hooks must be stopped. How to walk a stack depends on text alone, so
 * the frames are kept; see gm_origins_forget().
 */
void gm_origins_clear(struct gm_origins *o);

/*
 * Forgets how to walk from the addresses that are @gone, see gm_frames_forget(). As long as @frames
 * exists, this must be called for all text that goes or comes, whether hooks are on or not.
 */
void gm_origins_forget(struct gm_origins *o, bool (*gone)(void *ctx, unsigned long ip),
		       void *ctx);

/*
 * The slow paths. gm_origins_search() unwinds the stack if needed, and finds or makes its site; it
 * returns 0 if the event was lost, which it has counted. @hash: the result of the fast walk, which
 * has no site yet, or 0. gm_origins_verify() unwinds the stack and compares the result with @site,
 * to which the fast walk led.
 */
u32 gm_origins_search(struct gm_origins *o, struct gm_caller caller, struct gm_block block,
		      u64 hash);
u32 gm_origins_verify(struct gm_origins *o, struct gm_caller caller, struct gm_block block,
		      u32 site);

/* Returns the site of a @block that @caller is allocating, or 0 if the event was lost. */
static __always_inline u32 gm_origins_site(struct gm_origins *o, struct gm_caller caller,
					   struct gm_block block)
{
	unsigned long end = gm_stack_end(caller.sp, o->irq_stack);
	u64 hash = gm_stack_walk(o->frames, caller, end, block);
	u32 site;

	if (likely(hash)) {
		site = gm_sites_find(&o->sites, hash);
		if (likely(site)) {
			if (static_branch_unlikely(&gm_verify_stacks))
				return gm_origins_verify(o, caller, block, site);
			return site;
		}
	}
	return gm_origins_search(o, caller, block, hash);
}

#endif /* GHOSTMEM_RECORD_ORIGINS_H */
