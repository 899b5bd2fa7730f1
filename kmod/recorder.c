// SPDX-License-Identifier: GPL-2.0
/*
 * The recorder. See recorder.h.
 *
 * Contexts: everything called by the hooks runs with preemption off from the first
 * look at r->active to the last access, so that synchronize_rcu() after clearing it
 * (gm_recorder_stop()), or after unlinking a leaf (page_map.c), waits for it.
 * Tracepoint probes may be entered preemptible; nothing here relies on the opposite.
 *
 * Recursion: where the frame table and the site table know the stack, an event touches
 * nothing that another one could find half-done, and nests freely; so do frees. Else the
 * unwinder is asked, into a scratch stack, one a CPU and context level. Interrupts nest into
 * another level. The same level again could only come from within the unwinder; that event
 * is counted as lost.
 *
 * Nothing that hooks call allocates, sleeps or takes a lock. The kernel itself calls
 * no tracepoint on a CPU that is not online; what it frees there is found stale later.
 */
#include <linux/jiffies.h>
#include <linux/jump_label.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "compat/compat.h"
#include "event.h"

enum gm_level {
	GM_LEVEL_TASK,
	GM_LEVEL_SOFTIRQ,
	GM_LEVEL_HARDIRQ,
	__GM_LEVEL_MAX,
};

struct gm_context {
	bool busy[__GM_LEVEL_MAX];
	struct gm_stack stack[__GM_LEVEL_MAX];
};

/*
 * For tests and for the suspicious: every stack is unwound as well, and has to be the one
 * that the frame table led to.
 */
static bool verify_stacks;
module_param(verify_stacks, bool, 0444);
MODULE_PARM_DESC(verify_stacks, "unwind every stack to check the fast walk; slow (default: no)");
DEFINE_STATIC_KEY_FALSE(gm_verify_stacks);

/* Off for good, until the next start: figures that may be wrong are worse than none. */
static void gm_break(struct gm_recorder *r, const char *why)
{
	if (cmpxchg(&r->broken, NULL, why))
		return;
	WRITE_ONCE(r->active, false);
	/* printk() here could wait for a lock that the interrupted code holds. */
	irq_work_queue(&r->broken_work);
}

static void gm_report_broken(struct irq_work *work)
{
	struct gm_recorder *r = container_of(work, struct gm_recorder, broken_work);

	pr_err("ghostmem: tracking turned itself off: %s\n", READ_ONCE(r->broken));
}

void gm_recorder_break_site(struct gm_recorder *r)
{
	gm_break(r, "a page's record names a site that does not exist");
}

void gm_recorder_stale(void *ctx, u32 site, unsigned long pages)
{
	struct gm_recorder *r = ctx;

	this_cpu_add(r->counters->lost[GM_LOST_STALE], pages);
	gm_event_freed(r, site, pages);
}

void gm_recorder_block(struct gm_recorder *r, gm_record_t *slot, unsigned int order,
		       gm_record_t rec)
{
	/* As of a single page. */
	gm_site_alloc(&r->sites, gm_record_site(rec), 1UL << order);
	gm_slots_replace(slot, 1UL << order, rec, gm_recorder_stale, r);
}

void gm_recorder_free_block(struct gm_recorder *r, unsigned long pfn, unsigned int order)
{
	long unknown = gm_page_map_swap(&r->map, pfn, 1UL << order, 0, gm_event_freed, r);

	if (unknown > 0)
		this_cpu_add(r->counters->unknown_pages, unknown);
}

static int gm_enter(struct gm_recorder *r)
{
	int level = in_hardirq() ? GM_LEVEL_HARDIRQ :
		    in_serving_softirq() ? GM_LEVEL_SOFTIRQ : GM_LEVEL_TASK;

	lockdep_assert_preemption_disabled();
	if (unlikely(in_nmi())) {
		this_cpu_inc(r->counters->lost[GM_LOST_NMI]);
		return -EBUSY;
	}
	if (unlikely(__this_cpu_read(r->context->busy[level]))) {
		this_cpu_inc(r->counters->lost[GM_LOST_RECURSION]);
		return -EBUSY;
	}
	__this_cpu_write(r->context->busy[level], true);
	/* The unwinder may fault or be probed: the mark stands before it starts. */
	barrier();
	return level;
}

static void gm_leave(struct gm_recorder *r, int level)
{
	barrier();
	__this_cpu_write(r->context->busy[level], false);
}

static u32 gm_sites_lost(struct gm_recorder *r, struct gm_block block)
{
	this_cpu_inc(r->counters->lost[GM_LOST_SITES_FULL]);
	return gm_sites_other(&r->sites, block);
}

/* The site of @stack, of which the frames are there. */
static u32 gm_stack_site(struct gm_recorder *r, struct gm_stack *stack, struct gm_block block)
{
	u32 site;

	stack->block = block;
	if (unlikely(!stack->depth)) {
		stack->flags |= GHOSTMEM_SITE_F_NO_STACK;
		this_cpu_inc(r->counters->lost[GM_LOST_NO_STACK]);
	}
	site = gm_sites_get(&r->sites, stack);
	return site == GHOSTMEM_SITE_OTHER ? gm_sites_lost(r, block) : site;
}

/* An interrupt may look in between: an end that is not there yet ends every walk. */
static void gm_find_irq_stack(struct gm_recorder *r)
{
	struct gm_bounds bounds = gm_unwind_irq_stack();

	__this_cpu_write(r->irq_stack->begin, bounds.begin);
	barrier();
	__this_cpu_write(r->irq_stack->end, bounds.end);
}

/* The unwinder's answer, a new site, what the tables can learn. */
static u32 gm_unwind_site(struct gm_recorder *r, struct gm_caller caller, struct gm_block block)
{
	struct gm_context *context;
	u32 site;
	int level;

	level = gm_enter(r);
	if (level < 0)
		return 0;
	context = this_cpu_ptr(r->context);
	if (level != GM_LEVEL_TASK && !__this_cpu_read(r->irq_stack->end))
		gm_find_irq_stack(r);
	this_cpu_inc(r->counters->stacks_unwound);
	gm_stack_take(&context->stack[level], r->frames, caller,
		      gm_stack_end(caller.sp, r->irq_stack), &r->skip);
	site = gm_stack_site(r, &context->stack[level], block);
	gm_leave(r, level);
	return site;
}

u32 gm_recorder_verify(struct gm_recorder *r, struct gm_caller caller, struct gm_block block,
		       u32 site)
{
	u32 slow = gm_unwind_site(r, caller, block);

	this_cpu_inc(r->counters->stacks_verified);
	/* Both ways lead to a site that is there, or not; unless the slow one was lost. */
	if (slow && slow != site)
		this_cpu_inc(r->counters->lost[GM_LOST_STACK_WRONG]);
	return slow;
}

u32 gm_recorder_site(struct gm_recorder *r, struct gm_caller caller,
		     struct gm_block block, u64 hash)
{
	u32 site;

	if (!hash) {
		hash = gm_stack_walk_bp(r->frames, caller,
					gm_stack_end(caller.sp, r->irq_stack), block);
		site = hash ? gm_sites_find(&r->sites, hash) : 0;
		if (site && static_branch_unlikely(&gm_verify_stacks))
			return gm_recorder_verify(r, caller, block, site);
		if (site)
			return site;
	}
	/* The stack is known, and there is no room for its site: no need to unwind it for that. */
	if (hash && gm_sites_full(&r->sites))
		return gm_sites_lost(r, block);
	return gm_unwind_site(r, caller, block);
}

/*
 * By jiffies: reading the time itself costs more than all the rest of an event, and in the last
 * steps of a suspend, where pages are allocated still, is not allowed.
 */
u64 gm_recorder_clock(const struct gm_recorder *r)
{
	return gm_event_clock(r);
}

/* Closes the accounts of a leaf that no hook sees any more. */
static void gm_offline(void *priv, struct gm_map_leaf *leaf)
{
	struct gm_recorder *r = priv;
	unsigned long i;

	/* Their bits stay: whoever looks behind one finds no record. */
	for (i = 0; i < GM_LEAF_PAGES; i++) {
		if (!leaf->record[i])
			continue;
		gm_event_freed(r, gm_record_site(leaf->record[i]), 1);
		this_cpu_inc(r->counters->lost[GM_LOST_OFFLINED]);
	}
}

void gm_recorder_stop(struct gm_recorder *r)
{
	WRITE_ONCE(r->active, false);
	synchronize_rcu();
	irq_work_sync(&r->broken_work);
}

void gm_recorder_clear(struct gm_recorder *r)
{
	gm_page_map_clear(&r->map);
	gm_sites_clear(&r->sites);
	memset(r->frames, 0, sizeof(*r->frames));
	gm_counters_clear(r->counters);
	/* Until gm_recorder_sample_at() all are taken, each for itself. */
	gm_sampler_start(&r->sampler, 0);
	r->broken = NULL;
}

void gm_recorder_start(struct gm_recorder *r)
{
	r->epoch = jiffies - HZ;
	/* Pairs with READ_ONCE(r->active): all they need is reached through it. */
	smp_store_release(&r->active, true);
}

/* Frames that are there now are below. What is plugged in later may be beyond. */
static unsigned long gm_page_limit(void)
{
	unsigned long limit = 0;
	int nid;

	for_each_online_node(nid)
		limit = max_t(unsigned long, limit, node_end_pfn(nid));
	return ALIGN(limit, GM_LEAF_PAGES);
}

/* Free and cheaply reclaimed memory has to be twice what is asked for. */
static bool gm_affordable(u32 max_sites)
{
	unsigned long need = gm_page_map_estimate() + gm_sites_estimate(max_sites) +
			     gm_page_limit() / BITS_PER_BYTE;

	return si_mem_available() > 2 * (long)(need >> PAGE_SHIFT);
}

int gm_recorder_init(struct gm_recorder *r, u32 max_sites)
{
	int err;

	memset(r, 0, sizeof(*r));
	if (!gm_affordable(max_sites))
		return -ENOMEM;
	if (verify_stacks)
		static_branch_enable(&gm_verify_stacks);
	init_irq_work(&r->broken_work, gm_report_broken);
	err = gm_page_map_init(&r->map, gm_offline, r);
	if (err)
		return err;
	err = gm_sites_init(&r->sites, max_sites) ?: gm_sampler_init(&r->sampler, gm_page_limit());
	if (err)
		goto err_destroy;
	gm_sampler_start(&r->sampler, 0);
	r->frames = vzalloc(sizeof(*r->frames));
	r->counters = alloc_percpu(struct gm_counters);
	r->irq_stack = alloc_percpu(struct gm_bounds);
	r->context = alloc_percpu(struct gm_context);
	if (!r->frames || !r->counters || !r->irq_stack || !r->context) {
		err = -ENOMEM;
		goto err_destroy;
	}
	err = gm_page_map_cover_online(&r->map);
	if (err)
		goto err_destroy;
	return 0;

err_destroy:
	gm_recorder_destroy(r);
	return err;
}

void gm_recorder_destroy(struct gm_recorder *r)
{
	gm_page_map_destroy(&r->map);
	/* Memory going offline until now may have found something inconsistent. */
	irq_work_sync(&r->broken_work);
	free_percpu(r->context);
	free_percpu(r->irq_stack);
	free_percpu(r->counters);
	vfree(r->frames);
	gm_sampler_destroy(&r->sampler);
	gm_sites_destroy(&r->sites);
	memset(r, 0, sizeof(*r));
}
