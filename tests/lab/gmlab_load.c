// SPDX-License-Identifier: GPL-2.0
/*
 * Load: kernel threads that allocate and free at full speed, through the
 * single-page, block, split and bulk doors, until the module is removed.
 */
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat/bulk.h"

#define GMLAB_THREADS_MAX	16
#define GMLAB_HELD		32

static unsigned int threads = 2;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "number of threads (1 to 16)");

static int nice;
module_param(nice, int, 0444);
MODULE_PARM_DESC(nice, "how far the threads give way to others (0 to 19)");

static atomic_long_t gmlab_rounds;

static int gmlab_rounds_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%ld\n", atomic_long_read(&gmlab_rounds));
}

static const struct kernel_param_ops gmlab_rounds_ops = {
	.get = gmlab_rounds_get,
};
module_param_cb(rounds, &gmlab_rounds_ops, NULL, 0444);
MODULE_PARM_DESC(rounds, "rounds done by all threads");

static struct task_struct *gmlab_thread[GMLAB_THREADS_MAX];

static void gmlab_round(void)
{
	struct page *page[GMLAB_HELD] = {};
	struct page *block;
	void *exact;
	unsigned int i;

	gm_alloc_bulk(GFP_KERNEL | __GFP_NOWARN, GMLAB_HELD / 2, page);
	for (i = GMLAB_HELD / 2; i < GMLAB_HELD; i++)
		page[i] = alloc_page(GFP_KERNEL | __GFP_NOWARN);
	block = alloc_pages(GFP_KERNEL | __GFP_NOWARN, 3);
	exact = alloc_pages_exact(5 * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN);

	for (i = 0; i < GMLAB_HELD; i++) {
		if (page[i])
			__free_page(page[i]);
	}
	if (block)
		__free_pages(block, 3);
	if (exact)
		free_pages_exact(exact, 5 * PAGE_SIZE);
}

static int gmlab_worker(void *unused)
{
	set_user_nice(current, clamp(nice, 0, 19));
	while (!kthread_should_stop()) {
		gmlab_round();
		atomic_long_inc(&gmlab_rounds);
		cond_resched();
	}
	return 0;
}

static void gmlab_stop(void)
{
	unsigned int i;

	for (i = 0; i < GMLAB_THREADS_MAX; i++) {
		if (gmlab_thread[i])
			kthread_stop(gmlab_thread[i]);
	}
}

static int __init gmlab_init(void)
{
	unsigned int i;

	threads = clamp(threads, 1U, (unsigned int)GMLAB_THREADS_MAX);
	for (i = 0; i < threads; i++) {
		struct task_struct *task = kthread_run(gmlab_worker, NULL, "gmlab_load/%u", i);

		if (IS_ERR(task)) {
			gmlab_stop();
			return PTR_ERR(task);
		}
		gmlab_thread[i] = task;
	}
	return 0;
}

static void __exit gmlab_exit(void)
{
	gmlab_stop();
}

module_init(gmlab_init);
module_exit(gmlab_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: threads that allocate and free at full speed");
