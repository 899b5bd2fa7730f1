// SPDX-License-Identifier: GPL-2.0
/*
 * Many sites: a block each from so many different stacks, held until the module goes.
 *
 * The number of a block, bit by bit, says which of two functions calls the next one. Built
 * without sibling calls, so that each call has a frame.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/module.h>

/* Deep enough for all, and short enough that the frames before are kept as well. */
#define GMLAB_BITS	10

static unsigned int sites = BIT(GMLAB_BITS);
module_param(sites, uint, 0444);
MODULE_PARM_DESC(sites, "blocks to take, each from a stack of its own (1 to 1024)");

static unsigned int order;
module_param(order, uint, 0444);
MODULE_PARM_DESC(order, "of each block (default: 0)");

static struct page *gmlab_page[BIT(GMLAB_BITS)];

static noinline struct page *gmlab_left(unsigned int number, unsigned int bits);

static noinline struct page *gmlab_right(unsigned int number, unsigned int bits)
{
	if (!bits)
		return alloc_pages(GFP_KERNEL, order);
	if (number & 1)
		return gmlab_right(number >> 1, bits - 1);
	return gmlab_left(number >> 1, bits - 1);
}

static noinline struct page *gmlab_left(unsigned int number, unsigned int bits)
{
	if (!bits)
		return alloc_pages(GFP_KERNEL, order);
	if (number & 1)
		return gmlab_right(number >> 1, bits - 1);
	return gmlab_left(number >> 1, bits - 1);
}

static void gmlab_give(void)
{
	unsigned int i;

	for (i = 0; i < sites; i++) {
		if (gmlab_page[i])
			__free_pages(gmlab_page[i], order);
	}
}

static int __init gmlab_init(void)
{
	unsigned int i;

	sites = clamp_t(unsigned int, sites, 1, BIT(GMLAB_BITS));
	for (i = 0; i < sites; i++) {
		gmlab_page[i] = gmlab_left(i, GMLAB_BITS);
		if (!gmlab_page[i]) {
			gmlab_give();
			return -ENOMEM;
		}
	}
	return 0;
}

static void __exit gmlab_exit(void)
{
	gmlab_give();
}

module_init(gmlab_init);
module_exit(gmlab_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: a block each from many different stacks");
