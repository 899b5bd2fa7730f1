// SPDX-License-Identifier: GPL-2.0
/*
 * Contiguous ranges that cannot be had: the kernel holds their pages. The module loads if each
 * attempt has failed, and holds those pages until it goes.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pageblock-flags.h>

#include "compat/contig.h"

#ifdef ACR_FLAGS_NONE
#define GMLAB_FLAGS	ACR_FLAGS_NONE
#else
#define GMLAB_FLAGS	MIGRATE_MOVABLE
#endif

static unsigned int tries = 1;
module_param(tries, uint, 0444);
MODULE_PARM_DESC(tries, "ranges to ask for (default: 1)");

static struct page *gmlab_block;

static int gmlab_ask(void)
{
#if GM_HAVE_CONTIG
	unsigned long pfn = page_to_pfn(gmlab_block);

	return alloc_contig_range(pfn, pfn + (1UL << pageblock_order), GMLAB_FLAGS, GFP_KERNEL);
#else
	return -EOPNOTSUPP;
#endif
}

static int __init gmlab_init(void)
{
	unsigned int i;

	gmlab_block = alloc_pages(GFP_KERNEL, pageblock_order);
	if (!gmlab_block)
		return -ENOMEM;
	for (i = 0; i < tries; i++) {
		/* Then it is no longer ours. */
		if (!gmlab_ask())
			return -EEXIST;
	}
	return 0;
}

static void __exit gmlab_exit(void)
{
	__free_pages(gmlab_block, pageblock_order);
}

module_init(gmlab_init);
module_exit(gmlab_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: contiguous ranges that cannot be had");
