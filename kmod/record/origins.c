// SPDX-License-Identifier: GPL-2.0
/*
 * The slow paths of origins. See origins.h.
 */
#include <linux/moduleparam.h>
#include <linux/preempt.h>
#include <linux/vmalloc.h>

#include "compat/compat.h"
#include "compat/workqueue.h"
#include "record/origins.h"
#include "tables/table_alloc.h"

enum gm_level {
	GM_LEVEL_TASK,
	GM_LEVEL_SOFTIRQ,
	GM_LEVEL_HARDIRQ,
	__GM_LEVEL_MAX,
};

struct gm_context {
	bool busy[__GM_LEVEL_MAX];
	struct gm_stack stack[__GM_LEVEL_MAX];
	struct gm_trace trace[__GM_LEVEL_MAX];
};

/*
 * For tests and for debugging: every stack is unwound as well, and has to be the one that the
 * frame table led to.
 */
static bool verify_stacks;
module_param(verify_stacks, bool, 0444);
MODULE_PARM_DESC(verify_stacks, "unwind every stack to check the fast walk; slow (default: no)");
DEFINE_STATIC_KEY_FALSE(gm_verify_stacks);

static int gm_enter(struct gm_origins *o)
{
	int level = in_hardirq() ? GM_LEVEL_HARDIRQ :
		    in_serving_softirq() ? GM_LEVEL_SOFTIRQ : GM_LEVEL_TASK;

	lockdep_assert_preemption_disabled();
	if (unlikely(in_nmi())) {
		this_cpu_inc(o->counters->lost[GM_LOST_NMI]);
		return -EBUSY;
	}
	if (unlikely(__this_cpu_read(o->context->busy[level]))) {
		this_cpu_inc(o->counters->lost[GM_LOST_RECURSION]);
		return -EBUSY;
	}
	__this_cpu_write(o->context->busy[level], true);
	/* The mark must be set before the unwinder starts, because that may fault or be probed. */
	barrier();
	return level;
}

static void gm_leave(struct gm_origins *o, int level)
{
	barrier();
	__this_cpu_write(o->context->busy[level], false);
}

static u32 gm_sites_lost(struct gm_origins *o, struct gm_block block)
{
	this_cpu_inc(o->counters->lost[GM_LOST_SITES_FULL]);
	return gm_sites_other(&o->sites, block);
}

/* Finds or makes the site of @stack, whose frames have been filled in. */
static u32 gm_stack_site(struct gm_origins *o, struct gm_stack *stack, struct gm_block block)
{
	u32 site;

	stack->block = block;
	if (unlikely(stack->flags & GHOSTMEM_SITE_F_NO_CALLER)) {
		this_cpu_inc(o->counters->lost[GM_LOST_NO_CALLER]);
	} else if (unlikely(!stack->depth)) {
		stack->flags |= GHOSTMEM_SITE_F_NO_STACK;
		this_cpu_inc(o->counters->lost[GM_LOST_NO_STACK]);
	}
	site = gm_sites_get(&o->sites, stack);
	return site == GHOSTMEM_SITE_OTHER ? gm_sites_lost(o, block) : site;
}

/* An interrupt may read the bounds in between: an end that is still 0 stops every walk. */
static void gm_find_irq_stack(struct gm_origins *o)
{
	struct gm_bounds bounds = gm_unwind_irq_stack();

	__this_cpu_write(o->irq_stack->begin, bounds.begin);
	barrier();
	__this_cpu_write(o->irq_stack->end, bounds.end);
}

/*
 * Unwinds the stack, finds or makes its site, and has the frame table learn what it lacks. Not
 * inlined: its callers run on the stack of whoever allocates, and most events do not come here.
 */
static noinline u32 gm_unwind_site(struct gm_origins *o, struct gm_caller caller,
				   struct gm_block block)
{
	unsigned long end = gm_stack_end(caller.sp, o->irq_stack);
	struct gm_context *context;
	u32 site;
	int level;

	level = gm_enter(o);
	if (level < 0)
		return 0;
	context = this_cpu_ptr(o->context);
	if (level != GM_LEVEL_TASK && !__this_cpu_read(o->irq_stack->end))
		gm_find_irq_stack(o);
	if (unlikely(gm_stack_is_short(o->irq_stack))) {
		this_cpu_inc(o->counters->lost[GM_LOST_STACK_SHORT]);
		gm_stack_take_known(&context->stack[level], o->frames, caller, end);
	} else {
		this_cpu_inc(o->counters->stacks_unwound);
		gm_stack_take(&context->stack[level], &context->trace[level], o->frames, caller,
			      end, &o->ours);
	}
	site = gm_stack_site(o, &context->stack[level], block);
	gm_leave(o, level);
	/* The interrupted code may hold any lock, so the worker is not queued from here. */
	if (gm_frames_call(o->frames))
		irq_work_queue(&o->call);
	return site;
}

u32 gm_origins_verify(struct gm_origins *o, struct gm_caller caller, struct gm_block block,
		      u32 site)
{
	u32 slow;

	if (unlikely(gm_stack_is_short(o->irq_stack)))
		return site;
	slow = gm_unwind_site(o, caller, block);
	this_cpu_inc(o->counters->stacks_verified);
	/* Both ways must lead to the same site, unless the slow one was lost. */
	if (slow && slow != site)
		this_cpu_inc(o->counters->lost[GM_LOST_STACK_WRONG]);
	return slow;
}

u32 gm_origins_search(struct gm_origins *o, struct gm_caller caller, struct gm_block block,
		      u64 hash)
{
	u32 site;

	if (!hash) {
		hash = gm_stack_walk_bp(o->frames, caller,
					gm_stack_end(caller.sp, o->irq_stack), block);
		site = hash ? gm_sites_find(&o->sites, hash) : 0;
		if (site && static_branch_unlikely(&gm_verify_stacks))
			return gm_origins_verify(o, caller, block, site);
		if (site)
			return site;
	}
	/* The stack is known, but the table has no room for its site: do not unwind it in vain. */
	if (hash && gm_sites_full(&o->sites))
		return gm_sites_lost(o, block);
	return gm_unwind_site(o, caller, block);
}

static void gm_call_learner(struct irq_work *call)
{
	struct gm_origins *o = container_of(call, struct gm_origins, call);

	queue_work(gm_unbound_wq, &o->learner);
}

static void gm_learn(struct work_struct *work)
{
	struct gm_origins *o = container_of(work, struct gm_origins, learner);
	unsigned int i;

	gm_frames_look(o->frames);
	/* Takes the lock for one frame at a time, because unloading a module waits for it. */
	for (i = 0; i < GM_FRAMES_WANTED; i++) {
		mutex_lock(&o->learning);
		gm_frames_learn_wanted(o->frames, i);
		mutex_unlock(&o->learning);
		cond_resched();
	}
}

void gm_origins_forget(struct gm_origins *o, bool (*gone)(void *ctx, unsigned long ip),
		       void *ctx)
{
	mutex_lock(&o->learning);
	gm_frames_forget(o->frames, gone, ctx);
	mutex_unlock(&o->learning);
}

void gm_origins_clear(struct gm_origins *o)
{
	gm_sites_clear(&o->sites);
}

int gm_origins_init(struct gm_origins *o, u32 max_sites, struct gm_counters __percpu *counters)
{
	int err;

	memset(o, 0, sizeof(*o));
	if (verify_stacks)
		static_branch_enable(&gm_verify_stacks);
	err = gm_sites_init(&o->sites, max_sites);
	if (err)
		return err;
	o->counters = counters;
	mutex_init(&o->learning);
	init_irq_work(&o->call, gm_call_learner);
	INIT_WORK(&o->learner, gm_learn);
	o->frames = gm_arm_vzalloc(sizeof(*o->frames));
	o->irq_stack = gm_arm_percpu(struct gm_bounds);
	o->context = gm_arm_percpu(struct gm_context);
	if (!o->frames || !o->irq_stack || !o->context) {
		gm_origins_destroy(o);
		return -ENOMEM;
	}
	return 0;
}

void gm_origins_destroy(struct gm_origins *o)
{
	/* Without frames the worker has never been queued. */
	if (o->frames) {
		irq_work_sync(&o->call);
		cancel_work_sync(&o->learner);
	}
	free_percpu(o->context);
	free_percpu(o->irq_stack);
	vfree(o->frames);
	gm_sites_destroy(&o->sites);
	memset(o, 0, sizeof(*o));
}
