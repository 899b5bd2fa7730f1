/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A page that the hypervisor has taken, by names of functions of ours: checkpatch, which knows most
 * functions of a page's flags, finds fault with the kernel's for this one.
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
