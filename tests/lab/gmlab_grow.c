// SPDX-License-Identifier: GPL-2.0
/*
 * A leak beside a cache that breathes.
 *
 * gmlab_grow_leak() takes some pages ten times a second and never gives one back.
 * gmlab_grow_breathe() takes page after page for half of a period, up to more than the leak will
 * have in a minute, then gives all back but a few, and rests for the other half: whoever looks
 * every two seconds sees it low at least once in five.
 *
 * All is given back when the module goes, with forget=1 but for one page of the leak and the one
 * that init took.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>

#define GMLAB_LEAK_MS		100
#define GMLAB_STEP_MS		50
#define GMLAB_STEPS		50	/* up, and as many at rest: 5 s in all */
#define GMLAB_PEAK		(64 * 1024 * 1024 / PAGE_SIZE)
#define GMLAB_REST		16	/* pages */

static unsigned int leak_pages = 16;
module_param(leak_pages, uint, 0444);
MODULE_PARM_DESC(leak_pages, "pages to leak ten times a second");

static bool forget;
module_param(forget, bool, 0444);
MODULE_PARM_DESC(forget, "leave two pages behind when the module goes");

static bool paused;
module_param(paused, bool, 0644);
MODULE_PARM_DESC(paused, "take and give nothing for now");

static unsigned long leaked;
module_param(leaked, ulong, 0444);
MODULE_PARM_DESC(leaked, "pages leaked so far");

static unsigned long peak;
module_param(peak, ulong, 0444);
MODULE_PARM_DESC(peak, "the most pages that the breathing one has held");

static LIST_HEAD(gmlab_leaked);
static LIST_HEAD(gmlab_breath);
static unsigned long gmlab_breath_pages;
static struct page *gmlab_first;
static struct task_struct *gmlab_leaker, *gmlab_breather;

static noinline void gmlab_grow_leak(void)
{
	unsigned int i;

	for (i = 0; i < leak_pages; i++) {
		struct page *page = alloc_page(GFP_KERNEL);

		if (!page)
			break;
		list_add(&page->lru, &gmlab_leaked);
		leaked++;
	}
}

static noinline void gmlab_grow_breathe(unsigned int pages)
{
	for (; pages; pages--) {
		struct page *page = alloc_page(GFP_KERNEL);

		if (!page)
			break;
		list_add(&page->lru, &gmlab_breath);
		gmlab_breath_pages++;
	}
	peak = max(peak, gmlab_breath_pages);
}

static void gmlab_give(struct list_head *held)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, held, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
}

static int gmlab_leak_thread(void *unused)
{
	while (!kthread_should_stop()) {
		if (!READ_ONCE(paused))
			gmlab_grow_leak();
		msleep_interruptible(GMLAB_LEAK_MS);
	}
	return 0;
}

static int gmlab_breathe_thread(void *unused)
{
	unsigned int step = 0;

	while (!kthread_should_stop()) {
		if (!READ_ONCE(paused)) {
			if (step < GMLAB_STEPS)
				gmlab_grow_breathe(GMLAB_PEAK / GMLAB_STEPS);
			if (step == GMLAB_STEPS) {
				gmlab_give(&gmlab_breath);
				gmlab_breath_pages = 0;
				gmlab_grow_breathe(GMLAB_REST);
			}
			step = (step + 1) % (2 * GMLAB_STEPS);
		}
		msleep_interruptible(GMLAB_STEP_MS);
	}
	return 0;
}

static noinline int gmlab_grow_first(void)
{
	gmlab_first = alloc_page(GFP_KERNEL);
	return gmlab_first ? 0 : -ENOMEM;
}

static void gmlab_stop(void)
{
	if (!IS_ERR_OR_NULL(gmlab_leaker))
		kthread_stop(gmlab_leaker);
	if (!IS_ERR_OR_NULL(gmlab_breather))
		kthread_stop(gmlab_breather);
	if (forget) {
		if (!list_empty(&gmlab_leaked))
			list_del(gmlab_leaked.next);
	} else {
		__free_page(gmlab_first);
	}
	gmlab_give(&gmlab_leaked);
	gmlab_give(&gmlab_breath);
}

static int __init gmlab_grow_init(void)
{
	int err = gmlab_grow_first();

	if (err)
		return err;
	gmlab_leaker = kthread_run(gmlab_leak_thread, NULL, "gmlab_leak");
	gmlab_breather = kthread_run(gmlab_breathe_thread, NULL, "gmlab_breathe");
	if (IS_ERR(gmlab_leaker) || IS_ERR(gmlab_breather)) {
		gmlab_stop();
		return -ENOMEM;
	}
	return 0;
}

static void __exit gmlab_grow_exit(void)
{
	gmlab_stop();
}

module_init(gmlab_grow_init);
module_exit(gmlab_grow_exit);

MODULE_LICENSE("GPL");
/* With a version modpost adds a srcversion, on every kernel. */
MODULE_VERSION("1");
MODULE_DESCRIPTION("ghostmem lab: a leak beside a cache that breathes");
