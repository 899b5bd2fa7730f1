// SPDX-License-Identifier: GPL-2.0
/*
 * The recorder. See recorder.h.
 *
 * Contexts: everything called by the hooks runs with preemption off from the first
 * look at r->active to the last access, so that synchronize_rcu() after clearing it
 * (gm_recorder_stop()), or after unlinking a leaf (page_map.c), waits for it.
 * Tracepoint probes may be entered preemptible; nothing here relies on the opposite.
 *
 * Recursion: an allocation needs a scratch stack, one a CPU and context level. Interrupts
 * nest into another level. The same level again could only come from within the
 * unwinder; that event is counted as lost. Frees need no scratch and nest freely.
 *
 * Nothing that hooks call allocates, sleeps or takes a lock. The kernel itself calls
 * no tracepoint on a CPU that is not online; what it frees there is found stale later.
 */
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "compat/compat.h"
#include "recorder.h"
#include "stack.h"

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

static void gm_run_freed(void *ctx, u32 site, unsigned long pages)
{
	struct gm_recorder *r = ctx;

	if (unlikely(!gm_sites_valid(&r->sites, site)))
		gm_break(r, "a page's record names a site that does not exist");
	else
		gm_site_free(&r->sites, site, pages);
}

static void gm_run_stale(void *ctx, u32 site, unsigned long pages)
{
	struct gm_recorder *r = ctx;

	this_cpu_add(r->counters->lost[GM_LOST_STALE], pages);
	gm_run_freed(ctx, site, pages);
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

static u32 gm_stack_site(struct gm_recorder *r, struct gm_stack *stack, unsigned int depth,
			 unsigned int order)
{
	u32 site;

	stack->order = order;
	stack->flags = 0;
	if (depth > GHOSTMEM_STACK_MAX) {
		depth = GHOSTMEM_STACK_MAX;
		stack->flags |= GHOSTMEM_SITE_F_CUT;
	} else if (unlikely(!depth)) {
		stack->flags |= GHOSTMEM_SITE_F_NO_STACK;
		this_cpu_inc(r->counters->lost[GM_LOST_NO_STACK]);
	}
	stack->depth = depth;

	site = gm_sites_get(&r->sites, stack);
	if (unlikely(site == GHOSTMEM_SITE_OTHER))
		this_cpu_inc(r->counters->lost[GM_LOST_SITES_FULL]);
	return site;
}

/*
 * Not ktime_get_seconds(): that one warns when it is asked in the last steps of a
 * suspend, where pages are allocated still.
 */
static u64 gm_seconds(void)
{
	return div_u64(ktime_get_mono_fast_ns(), NSEC_PER_SEC);
}

u64 gm_recorder_clock(const struct gm_recorder *r)
{
	return gm_seconds() - r->epoch;
}

static gm_record_t gm_record_now(struct gm_recorder *r, u32 site)
{
	return gm_record(site, in_task() ? task_pid_nr(current) : 0, gm_recorder_clock(r));
}

static void gm_alloc(struct gm_recorder *r, int level, unsigned long pfn, unsigned int order,
		     unsigned int skip)
{
	struct gm_stack *stack = this_cpu_ptr(&r->context->stack[level]);
	unsigned long pages = 1UL << order;
	u32 site;

	this_cpu_inc(r->counters->events[GM_EVENT_ALLOC]);
	if (unlikely(!gm_page_map_slot(&r->map, pfn))) {
		this_cpu_inc(r->counters->lost[GM_LOST_NO_LEAF]);
		return;
	}
	site = gm_stack_site(r, stack, gm_stack_take(stack, skip), order);
	/* Counted first, so that no reader sees a free before its allocation. */
	gm_site_alloc(&r->sites, site, 1, pages);
	gm_page_map_swap(&r->map, pfn, pages, gm_record_now(r, site), gm_run_stale, r);
}

/*
 * Pages of processes and of the page cache, which every other tool accounts for:
 * they may be moved and obey cpusets. What may be moved and does not is a driver's
 * own (zsmalloc, and so zram and zswap).
 */
static bool gm_users(gfp_t gfp)
{
	return (gfp & (__GFP_MOVABLE | __GFP_HARDWALL)) == (__GFP_MOVABLE | __GFP_HARDWALL);
}

void gm_recorder_alloc(struct gm_recorder *r, unsigned long pfn, unsigned int order, gfp_t gfp,
		       unsigned int skip)
{
	int level;

	if (gm_users(gfp))
		return;

	preempt_disable_notrace();
	if (READ_ONCE(r->active)) {
		level = gm_enter(r);
		if (level >= 0) {
			gm_alloc(r, level, pfn, order, skip);
			gm_leave(r, level);
		}
	}
	preempt_enable_notrace();
}

void gm_recorder_free(struct gm_recorder *r, unsigned long pfn, unsigned int order)
{
	long unknown;

	preempt_disable_notrace();
	if (READ_ONCE(r->active)) {
		this_cpu_inc(r->counters->events[GM_EVENT_FREE]);
		unknown = gm_page_map_swap(&r->map, pfn, 1UL << order, 0, gm_run_freed, r);
		if (unlikely(unknown < 0))
			this_cpu_inc(r->counters->lost[GM_LOST_NO_LEAF]);
		else if (unknown)
			this_cpu_add(r->counters->unknown_pages, unknown);
	}
	preempt_enable_notrace();
}

bool gm_recorder_bulk_begin(struct gm_recorder *r, struct gm_bulk *bulk, gfp_t gfp)
{
	unsigned int i, nr = min_t(unsigned int, bulk->nr, GM_BULK_MAX);

	if (gm_users(gfp) || !READ_ONCE(r->active))
		return false;
	bulk->clock = gm_recorder_clock(r);
	memset(bulk->filled, 0, sizeof(bulk->filled));
	for (i = 0; bulk->array && i < nr; i++) {
		if (bulk->array[i])
			__set_bit(i, bulk->filled);
	}
	return true;
}

/*
 * Whether a page that the bulk allocator returned is not recorded yet. Short of pages
 * it falls back to the ordinary allocator, whose tracepoint has done it: such a
 * record is no older than the call. An older one was left by a free unseen.
 */
static bool gm_bulk_new(struct gm_recorder *r, const struct page *page, u64 clock)
{
	gm_record_t old = gm_page_map_get(&r->map, page_to_pfn(page));
	u64 now = gm_recorder_clock(r);

	return !old || gm_record_age(old, now) > now - clock;
}

/* Records the new pages under @rec, or just counts them where that is 0. */
static unsigned long gm_bulk_page(struct gm_recorder *r, const struct page *page, u64 clock,
				  gm_record_t rec)
{
	if (!gm_bulk_new(r, page, clock))
		return 0;
	if (!rec)
		return 1;
	if (gm_page_map_swap(&r->map, page_to_pfn(page), 1, rec, gm_run_stale, r) < 0) {
		this_cpu_inc(r->counters->lost[GM_LOST_NO_LEAF]);
		return 0;
	}
	return 1;
}

static unsigned long gm_bulk_pages(struct gm_recorder *r, const struct gm_bulk *bulk,
				   unsigned long used, gm_record_t rec)
{
	unsigned long i = 0, pages = 0;
	const struct page *page;

	if (bulk->list) {
		list_for_each_entry(page, bulk->list, lru) {
			if (i++ == used)
				break;
			pages += gm_bulk_page(r, page, bulk->clock, rec);
		}
		return pages;
	}
	for (i = 0; i < min_t(unsigned long, used, GM_BULK_MAX); i++) {
		if (!test_bit(i, bulk->filled) && bulk->array[i])
			pages += gm_bulk_page(r, bulk->array[i], bulk->clock, rec);
	}
	return pages;
}

static void gm_bulk(struct gm_recorder *r, int level, const struct gm_bulk *bulk,
		    unsigned long used, unsigned long caller)
{
	struct gm_stack *stack = this_cpu_ptr(&r->context->stack[level]);
	unsigned long pages;
	u32 site;

	this_cpu_inc(r->counters->events[GM_EVENT_BULK]);
	if (unlikely(!bulk->list && used > GM_BULK_MAX))
		this_cpu_add(r->counters->lost[GM_LOST_BULK_LONG], used - GM_BULK_MAX);
	/* Often nothing is new, as for an array that was full: then no stack is taken. */
	if (!gm_bulk_pages(r, bulk, used, 0))
		return;
	site = gm_stack_site(r, stack, gm_stack_take_from(stack, caller, &r->bulk_skip), 0);
	/* Until this hook returns nobody can free these pages. */
	pages = gm_bulk_pages(r, bulk, used, gm_record_now(r, site));
	gm_site_alloc(&r->sites, site, pages, pages);
}

void gm_recorder_bulk_end(struct gm_recorder *r, const struct gm_bulk *bulk, unsigned long used,
			  unsigned long caller)
{
	int level;

	preempt_disable_notrace();
	used = min_t(unsigned long, used, bulk->nr);
	if (used && READ_ONCE(r->active)) {
		level = gm_enter(r);
		if (level >= 0) {
			gm_bulk(r, level, bulk, used, caller);
			gm_leave(r, level);
		}
	}
	preempt_enable_notrace();
}

/* Closes the accounts of a leaf that no hook sees any more. */
static void gm_offline(void *priv, struct gm_map_leaf *leaf)
{
	struct gm_recorder *r = priv;
	unsigned long i;

	for (i = 0; i < GM_LEAF_PAGES; i++) {
		if (!leaf->record[i])
			continue;
		gm_run_freed(r, gm_record_site(leaf->record[i]), 1);
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
	gm_counters_clear(r->counters);
	r->broken = NULL;
}

void gm_recorder_start(struct gm_recorder *r)
{
	r->epoch = gm_seconds() - 1;
	/* Pairs with READ_ONCE(r->active): all they need is reached through it. */
	smp_store_release(&r->active, true);
}

/* Free and cheaply reclaimed memory has to be twice what is asked for. */
static bool gm_affordable(u32 max_sites)
{
	unsigned long need = gm_page_map_estimate() + gm_sites_estimate(max_sites);

	return si_mem_available() > 2 * (long)(need >> PAGE_SHIFT);
}

int gm_recorder_init(struct gm_recorder *r, u32 max_sites)
{
	int err;

	memset(r, 0, sizeof(*r));
	if (!gm_affordable(max_sites))
		return -ENOMEM;
	init_irq_work(&r->broken_work, gm_report_broken);
	err = gm_page_map_init(&r->map, gm_offline, r);
	if (err)
		return err;
	err = gm_sites_init(&r->sites, max_sites);
	if (err)
		goto err_destroy;
	r->counters = alloc_percpu(struct gm_counters);
	r->context = alloc_percpu(struct gm_context);
	if (!r->counters || !r->context) {
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
	free_percpu(r->counters);
	gm_sites_destroy(&r->sites);
	memset(r, 0, sizeof(*r));
}
