/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bulk page allocator: its name, its argument numbers, and how to call it. It was added by
 * 387ba26fb1cb (5.13), renamed to *_noprof by b951aaff5035 (6.10), and lost its list argument
 * with c8b979530f27 (6.14).
 */
#ifndef GHOSTMEM_COMPAT_BULK_H
#define GHOSTMEM_COMPAT_BULK_H

#include <linux/gfp.h>
#include <linux/version.h>

#include "prototype.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0)
#define GM_HAVE_BULK		1
#else
#define GM_HAVE_BULK		0
#endif

/* The same name is used for the check of the prototype and for the hook. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define GM_BULK_FUNCTION	alloc_pages_bulk_noprof
#else
#define GM_BULK_FUNCTION	__alloc_pages_bulk
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define GM_BULK_PARAMS(P)						\
	(P(gfp_t, GFP), P(int, NODE), P(nodemask_t *, NODES), P(int, NR), \
	 P(struct page **, ARRAY))
/* There is no list argument. */
#define GM_BULK_ARG_LIST	-1
#else
#define GM_BULK_PARAMS(P)						\
	(P(gfp_t, GFP), P(int, NODE), P(nodemask_t *, NODES), P(int, NR), \
	 P(struct list_head *, LIST), P(struct page **, ARRAY))
#endif

/* Argument numbers, from 0. */
#define GM_BULK_NUMBER(type, name)	GM_BULK_ARG_##name
GM_PARAM_NUMBERS(GM_BULK_PARAMS(GM_BULK_NUMBER));

#if GM_HAVE_BULK
GM_CHECK_PROTOTYPE(GM_BULK_FUNCTION, unsigned long, GM_BULK_PARAMS);
#endif

#define GM_BULK_SYMBOL	__stringify(GM_BULK_FUNCTION)

/* Allocates @nr pages; one at a time on kernels without the bulk allocator. */
static inline unsigned long gm_alloc_bulk(gfp_t gfp, unsigned long nr, struct page **pages)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
	return alloc_pages_bulk(gfp, nr, pages);
#elif GM_HAVE_BULK
	return alloc_pages_bulk_array(gfp, nr, pages);
#else
	unsigned long i;

	for (i = 0; i < nr; i++) {
		if (!pages[i])
			pages[i] = alloc_page(gfp);
		if (!pages[i])
			break;
	}
	return i;
#endif
}

#endif /* GHOSTMEM_COMPAT_BULK_H */
