// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations from interrupts: single pages taken in a timer's softirq and, where the kernel
 * allows it, in an hrtimer's hard interrupt, while tasks of all kinds are interrupted.
 *
 * The pages are held until the module goes; the parameters say how many.
 */
#include <linux/gfp.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/timer.h>

#include "compat/hrtimer.h"

#define GMLAB_PAGES	256
#define GMLAB_PERIOD	(2 * NSEC_PER_MSEC)

struct gmlab_held {
	struct page *page[GMLAB_PAGES];
	unsigned int nr;
};

static struct gmlab_held gmlab_hard, gmlab_soft;

module_param_named(hard, gmlab_hard.nr, uint, 0444);
MODULE_PARM_DESC(hard, "pages taken in a hard interrupt so far");
module_param_named(soft, gmlab_soft.nr, uint, 0444);
MODULE_PARM_DESC(soft, "pages taken in a softirq so far");

static struct hrtimer gmlab_hrtimer;
static struct timer_list gmlab_timer;

/* False when there are enough. */
static noinline bool gmlab_take(struct gmlab_held *held)
{
	struct page *page;

	if (held->nr == GMLAB_PAGES)
		return false;
	page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);
	if (page)
		held->page[held->nr++] = page;
	return true;
}

static enum hrtimer_restart gmlab_fires_hard(struct hrtimer *timer)
{
	if (!gmlab_take(&gmlab_hard))
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(GMLAB_PERIOD));
	return HRTIMER_RESTART;
}

static void gmlab_fires_soft(struct timer_list *timer)
{
	if (gmlab_take(&gmlab_soft))
		mod_timer(timer, jiffies + 1);
}

static int __init gmlab_init(void)
{
	timer_setup(&gmlab_timer, gmlab_fires_soft, 0);
	mod_timer(&gmlab_timer, jiffies + 1);
	gm_hrtimer_setup(&gmlab_hrtimer, gmlab_fires_hard, CLOCK_MONOTONIC,
			 HRTIMER_MODE_REL_HARD);
	/* On PREEMPT_RT the page allocator sleeps for its locks: never from there. */
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		hrtimer_start(&gmlab_hrtimer, ns_to_ktime(GMLAB_PERIOD), HRTIMER_MODE_REL_HARD);
	return 0;
}

static void gmlab_give(struct gmlab_held *held)
{
	while (held->nr)
		__free_page(held->page[--held->nr]);
}

static void __exit gmlab_exit(void)
{
	hrtimer_cancel(&gmlab_hrtimer);
	timer_delete_sync(&gmlab_timer);
	gmlab_give(&gmlab_hard);
	gmlab_give(&gmlab_soft);
}

module_init(gmlab_init);
module_exit(gmlab_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: pages taken in interrupts");
