/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels, by capability, and is small; the rest has files of its own beside
 * this one. Nothing in the module looks at LINUX_VERSION_CODE but the files of this folder,
 * in which each branch names the change behind it.
 */
#ifndef GHOSTMEM_COMPAT_H
#define GHOSTMEM_COMPAT_H

#include <linux/gfp.h>
#include <linux/mmzone.h>
#include <linux/preempt.h>
#include <linux/version.h>
#include <net/genetlink.h>

/*
 * GM_MAX_ORDER: the largest order of the page allocator, inclusive.
 * MAX_ORDER was exclusive until 23baf831a32c (6.4) and became MAX_PAGE_ORDER
 * with 5e0a760b4441 (6.8).
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define GM_MAX_ORDER	MAX_PAGE_ORDER
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define GM_MAX_ORDER	MAX_ORDER
#else
#define GM_MAX_ORDER	(MAX_ORDER - 1)
#endif

/* in_hardirq() came with 15115830c887 (5.11), for what in_irq() had meant. */
#ifndef in_hardirq
#define in_hardirq()	(hardirq_count())
#endif

/* struct genl_info came to dumps with 7288dd2fd488 (6.7). */
static inline struct nlattr **gm_genl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* GHOSTMEM_COMPAT_H */
