/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small differences between kernels, by capability; larger ones have files of their own in this
 * folder. Only files of this folder look at LINUX_VERSION_CODE, and each branch on it names the
 * kernel change that it is for.
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
 * MAX_ORDER was exclusive until 23baf831a32c (6.4) and was renamed to MAX_PAGE_ORDER
 * by 5e0a760b4441 (6.8).
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define GM_MAX_ORDER	MAX_PAGE_ORDER
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define GM_MAX_ORDER	MAX_ORDER
#else
#define GM_MAX_ORDER	(MAX_ORDER - 1)
#endif

/* in_hardirq() was added by 15115830c887 (5.11) to replace in_irq(). */
#ifndef in_hardirq
#define in_hardirq()	(hardirq_count())
#endif

/* Dumps have a struct genl_info since 7288dd2fd488 (6.7). */
static inline struct nlattr **gm_genl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif /* GHOSTMEM_COMPAT_H */
