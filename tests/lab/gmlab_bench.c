// SPDX-License-Identifier: GPL-2.0
/*
 * Bench: what a pair of allocation and free costs. Runs at loading, prints a line a case
 * to the kernel log, and refuses to stay. Under QEMU's -icount shift=0
 * a nanosecond is an instruction, so that the figures repeat.
 */
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "compat/bulk.h"

#define GMLAB_BULK	16

static unsigned int pairs = 20000;
module_param(pairs, uint, 0444);
MODULE_PARM_DESC(pairs, "pairs a case");

static bool gmlab_order0(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	if (page)
		__free_page(page);
	return page;
}

static bool gmlab_order3(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	if (page)
		__free_pages(page, 3);
	return page;
}

static bool gmlab_bulk(void)
{
	struct page *page[GMLAB_BULK] = {};
	unsigned long i, nr = gm_alloc_bulk(GFP_KERNEL, GMLAB_BULK, page);

	for (i = 0; i < nr; i++)
		__free_page(page[i]);
	return nr == GMLAB_BULK;
}

static const struct {
	const char *name;
	bool (*pair)(void);
} gmlab_cases[] = {
	{ "order0", gmlab_order0 },
	{ "order3", gmlab_order3 },
	{ "bulk16", gmlab_bulk },
};

static int __init gmlab_init(void)
{
	unsigned int i, n, failed;
	u64 start, spent;

	for (i = 0; i < ARRAY_SIZE(gmlab_cases); i++) {
		failed = 0;
		/* Warm lists and caches first: the steady state is what a host sees. */
		for (n = 0; n < 1000; n++)
			gmlab_cases[i].pair();
		start = ktime_get_ns();
		for (n = 0; n < pairs; n++)
			failed += !gmlab_cases[i].pair();
		spent = ktime_get_ns() - start;
		pr_info("gmlab_bench: %s %llu ns a pair, %u of %u failed\n", gmlab_cases[i].name,
			div_u64(spent, max(pairs, 1U)), failed, pairs);
		cond_resched();
	}
	return -ECANCELED;
}
module_init(gmlab_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: cost of an allocation and free");
