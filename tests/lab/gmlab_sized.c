// SPDX-License-Identifier: GPL-2.0
/*
 * Leaks of ten known sizes, each in a function of its own: gmlab_leak_0 holds 256 KiB, each next
 * one twice as much. A quarter each are single pages, blocks of order 3 and of order 6, and
 * pages of the bulk allocator. Held until the module goes.
 */
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "compat/bulk.h"

#define GMLAB_FIRST	64	/* pages of the smallest */
#define GMLAB_BULK	16

static LIST_HEAD(gmlab_held);

static int gmlab_hold(struct page *page, unsigned int order)
{
	if (!page)
		return -ENOMEM;
	set_page_private(page, order);
	list_add(&page->lru, &gmlab_held);
	return 0;
}

static __always_inline int gmlab_blocks(unsigned int pages, unsigned int order)
{
	int err = 0;

	for (; pages && !err; pages -= 1U << order) {
		err = gmlab_hold(alloc_pages(GFP_KERNEL, order), order);
		cond_resched();
	}
	return err;
}

/* The bulk allocator may give less than it is asked for, and goes on where it stopped. */
static __always_inline int gmlab_bulk(unsigned int pages)
{
	unsigned int i, nr, stuck = 0;

	for (; pages; pages -= nr) {
		struct page *page[GMLAB_BULK] = {};

		nr = gm_alloc_bulk(GFP_KERNEL, GMLAB_BULK, page);
		for (i = 0; i < nr; i++)
			gmlab_hold(page[i], 0);
		if (!nr && ++stuck > 100)
			return -ENOMEM;
		/* Never more than was asked for in all. */
		for (; nr > pages; nr--) {
			list_del(&page[nr - 1]->lru);
			__free_page(page[nr - 1]);
		}
		cond_resched();
	}
	return 0;
}

/* Where a quarter is less than a block of order 6, single pages take its place. */
static __always_inline int gmlab_leak_size(unsigned int n)
{
	unsigned int part = (GMLAB_FIRST << n) / 4, large = part >= 64 ? part : 0;

	/* The number is there so that no two of the functions are folded into one. */
	asm volatile("" : : "i"(n));
	return gmlab_blocks(2 * part - large, 0) ?:
	       gmlab_blocks(part, 3) ?:
	       gmlab_blocks(large, 6) ?:
	       gmlab_bulk(part);
}

#define GMLAB_LEAK(n) static noinline int gmlab_leak_##n(void) { return gmlab_leak_size(n); }

GMLAB_LEAK(0)
GMLAB_LEAK(1)
GMLAB_LEAK(2)
GMLAB_LEAK(3)
GMLAB_LEAK(4)
GMLAB_LEAK(5)
GMLAB_LEAK(6)
GMLAB_LEAK(7)
GMLAB_LEAK(8)
GMLAB_LEAK(9)

static int (*const gmlab_leak[])(void) = {
	gmlab_leak_0, gmlab_leak_1, gmlab_leak_2, gmlab_leak_3, gmlab_leak_4,
	gmlab_leak_5, gmlab_leak_6, gmlab_leak_7, gmlab_leak_8, gmlab_leak_9,
};

static void gmlab_give(void)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &gmlab_held, lru) {
		unsigned int order = page_private(page);

		list_del(&page->lru);
		set_page_private(page, 0);
		__free_pages(page, order);
		cond_resched();
	}
}

static int __init gmlab_init(void)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(gmlab_leak) && !err; i++)
		err = gmlab_leak[i]();
	if (err)
		gmlab_give();
	return err;
}

static void __exit gmlab_exit(void)
{
	gmlab_give();
}

module_init(gmlab_init);
module_exit(gmlab_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: leaks of known sizes");
