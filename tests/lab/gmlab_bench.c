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
#include <linux/skbuff.h>

#include "compat/bulk.h"

#define GMLAB_BULK	16

#define GMLAB_PAIRS	100

static unsigned int rounds = 200;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "rounds of 100 pairs a case");

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

static bool gmlab_skb(void)
{
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL);

	kfree_skb(skb);
	return skb;
}

static struct sk_buff *gmlab_original;

static bool gmlab_clone(void)
{
	struct sk_buff *skb = skb_clone(gmlab_original, GFP_KERNEL);

	consume_skb(skb);
	return skb;
}

static bool gmlab_netdev(void)
{
	struct sk_buff *skb = netdev_alloc_skb(NULL, 1500);

	consume_skb(skb);
	return skb;
}

static const struct {
	const char *name;
	bool (*pair)(void);
} gmlab_cases[] = {
	{ "order0", gmlab_order0 },
	{ "order3", gmlab_order3 },
	{ "bulk16", gmlab_bulk },
	{ "skb", gmlab_skb },
	{ "clone", gmlab_clone },
	{ "netdev", gmlab_netdev },
};

/*
 * The least that a pair costs in any of many short rounds: a round without an interrupt, and
 * with all lists and caches as they are in the long run.
 */
static u64 gmlab_measure(bool (*pair)(void), unsigned int *failed)
{
	u64 start, spent, least = U64_MAX;
	unsigned int round, n;

	for (round = 0; round < rounds; round++) {
		start = ktime_get_ns();
		for (n = 0; n < GMLAB_PAIRS; n++)
			*failed += !pair();
		spent = ktime_get_ns() - start;
		least = min(least, spent);
		cond_resched();
	}
	return div_u64(least, GMLAB_PAIRS);
}

static int __init gmlab_init(void)
{
	unsigned int i, failed;
	u64 least;

	gmlab_original = alloc_skb(128, GFP_KERNEL);
	if (!gmlab_original)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(gmlab_cases); i++) {
		failed = 0;
		least = gmlab_measure(gmlab_cases[i].pair, &failed);
		pr_info("gmlab_bench: %s %llu ns a pair, %u of %u failed\n", gmlab_cases[i].name,
			least, failed, rounds * GMLAB_PAIRS);
	}
	kfree_skb(gmlab_original);
	return -ECANCELED;
}
module_init(gmlab_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: cost of an allocation and free");
