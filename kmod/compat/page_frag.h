/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Page fragments: they have a header of their own since 65941f10caf2 (6.13), and
 * page_frag_cache_drain() since a0727489ac22 (6.9).
 */
#ifndef GHOSTMEM_COMPAT_PAGE_FRAG_H
#define GHOSTMEM_COMPAT_PAGE_FRAG_H

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#include <linux/page_frag_cache.h>
#endif

static inline void gm_page_frag_drain(struct page_frag_cache *frags)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	page_frag_cache_drain(frags);
#else
	if (!frags->va)
		return;
	__page_frag_cache_drain(virt_to_head_page(frags->va), frags->pagecnt_bias);
	frags->va = NULL;
#endif
}

#endif /* GHOSTMEM_COMPAT_PAGE_FRAG_H */
