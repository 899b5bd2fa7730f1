// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps memory fragmented: no block of order 3 is left, and most memory is free all the same. Of
 * each such block that there is, or comes to be, one page in eight is held until the module goes.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>

#define GMLAB_ORDER	3

static LIST_HEAD(gmlab_held);
static struct task_struct *gmlab_thread;

/* The pages of a block that are freed cannot be merged to one of that order again. */
static void gmlab_fragment(void)
{
	struct page *block;
	unsigned int i;

	while ((block = alloc_pages(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN, GMLAB_ORDER))) {
		split_page(block, GMLAB_ORDER);
		list_add(&block->lru, &gmlab_held);
		for (i = 1; i < 1U << GMLAB_ORDER; i++)
			__free_page(block + i);
		cond_resched();
	}
}

static int gmlab_keep(void *unused)
{
	while (!kthread_should_stop()) {
		gmlab_fragment();
		usleep_range(500, 1000);
	}
	return 0;
}

static int __init gmlab_fragment_init(void)
{
	gmlab_fragment();
	gmlab_thread = kthread_run(gmlab_keep, NULL, "gmlab_fragment");
	return PTR_ERR_OR_ZERO(gmlab_thread);
}

static void __exit gmlab_fragment_exit(void)
{
	struct page *page, *next;

	kthread_stop(gmlab_thread);
	list_for_each_entry_safe(page, next, &gmlab_held, lru) {
		list_del(&page->lru);
		__free_page(page);
		cond_resched();
	}
}

module_init(gmlab_fragment_init);
module_exit(gmlab_fragment_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: memory without large blocks");
