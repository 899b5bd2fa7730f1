/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bulk page allocator: its names, where its arguments are, and how to
 * call it. It came with 387ba26fb1cb (5.13), became *_noprof with
 * b951aaff5035 (6.10), and lost its list argument with c8b979530f27 (6.14).
 */
#ifndef GHOSTMEM_COMPAT_BULK_H
#define GHOSTMEM_COMPAT_BULK_H

#include <linux/gfp.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 13, 0)
#define GM_HAVE_BULK		1
#else
#define GM_HAVE_BULK		0
#endif

/* Argument numbers, from 0; GM_BULK_ARG_LIST is -1 where there is none. */
#define GM_BULK_ARG_GFP		0
#define GM_BULK_ARG_NR		3
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define GM_BULK_ARG_LIST	-1
#define GM_BULK_ARG_ARRAY	4
#else
#define GM_BULK_ARG_LIST	4
#define GM_BULK_ARG_ARRAY	5
#endif

/* The symbol's names, newest first; the first that exists is hooked. */
#define GM_BULK_SYMBOLS \
	"alloc_pages_bulk_noprof", "__alloc_pages_bulk_noprof", "__alloc_pages_bulk"

/* Without a bulk allocator, what its users do: one at a time. */
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
