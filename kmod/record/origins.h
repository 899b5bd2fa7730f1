/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Origins: from the caller of an allocator to its site. The site table, and what it takes to
 * walk and to unwind a stack in a hook.
 *
 * Contexts: any but NMI, with preemption off. Where the frame table and the site table know the
 * stack, nothing is touched that another event could find half-done, and events nest freely.
 * Else the unwinder is asked, into a scratch stack, one a CPU and context level. Interrupts
 * nest into another level. The same level again could only come from within the unwinder; that
 * event is counted as lost. Nothing that hooks call allocates, sleeps or takes a lock.
 *
 * What the frame table lacks is learnt by a worker, which hooks call by way of an interrupt. Its
 * lock keeps it from learning text that gm_origins_forget() is about to forget, and is taken after
 * all others.
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
 * @irq_stack:	per CPU, where its interrupt stack is; all 0 until that is known
 * @context:	per CPU, which contexts are at the unwinder, and their scratch stacks
 * @counters:	the owner's
 * @ours:	frames between the unwinder and a hook's caller, at the most so far
 * @learning:	of who learns or forgets frames
 * @call:	calls the worker
 * @learner:	the worker
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

/* 0 or -ENOMEM. Sleeps, as the three below. The hooks are detached when it is destroyed. */
int gm_origins_init(struct gm_origins *o, u32 max_sites, struct gm_counters __percpu *counters);
void gm_origins_destroy(struct gm_origins *o);

/*
 * Forgets all sites. The hooks are stopped. How to walk a stack depends on text alone, so that it
 * is kept; see the next.
 */
void gm_origins_clear(struct gm_origins *o);

/*
 * Forgets how to walk from the addresses that are @gone, see gm_frames_forget(). As long as there
 * are frames, all text that goes or comes has to be told to it, whether hooks are on or not.
 */
void gm_origins_forget(struct gm_origins *o, bool (*gone)(void *ctx, unsigned long ip),
		       void *ctx);

/*
 * The slow parts. gm_origins_search() has the stack unwound and finds or makes its site; 0 if
 * the event was lost, and counted. @hash: what the fast way came to, of which there is no
 * site, or 0. gm_origins_verify() compares with @site, to which the fast way led.
 */
u32 gm_origins_search(struct gm_origins *o, struct gm_caller caller, struct gm_block block,
		      u64 hash);
u32 gm_origins_verify(struct gm_origins *o, struct gm_caller caller, struct gm_block block,
		      u32 site);

/* The site of a @block that @caller is allocating; 0 if that was lost. */
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
