/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What struct page tells about its page, where that differs between kernels.
 */
#ifndef GHOSTMEM_COMPAT_PAGE_TYPE_H
#define GHOSTMEM_COMPAT_PAGE_TYPE_H

#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/page-flags.h>
#include <linux/percpu.h>
#include <linux/poison.h>
#include <linux/version.h>

/* Returns the PG_* bits; they have a type of their own since 53fbef56e07d (6.18). */
static __always_inline unsigned long gm_page_flags(const struct page *page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return READ_ONCE(page->flags.f);
#else
	return READ_ONCE(page->flags);
#endif
}

/*
 * zsmalloc and z3fold mark their pages as movable by a bit in page->mapping. zsmalloc has a page
 * type of its own since 43d746dc49bb (6.11), and is the only one of the two since z3fold was
 * removed (6.15). The pages of a balloon have the bit too, so callers check for their type first.
 */
static __always_inline bool gm_page_is_zspool(const struct page *page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	return PageZsmalloc(page);
#else
	unsigned long mapping = (unsigned long)READ_ONCE(page->mapping);

	return (mapping & PAGE_MAPPING_FLAGS) == PAGE_MAPPING_MOVABLE;
#endif
}

/*
 * Whether @page belongs to a page pool. Such pages are marked since c07aea3ef4d4 (5.14); the bits
 * above the mark hold an index since ee62ce7a1d90 (6.16, and in stable 6.12).
 */
static __always_inline bool gm_page_is_pooled(const struct page *page)
{
#if defined(PP_MAGIC_MASK)
	return (READ_ONCE(page->pp_magic) & PP_MAGIC_MASK) == PP_SIGNATURE;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
	return (READ_ONCE(page->pp_magic) & ~0x3UL) == PP_SIGNATURE;
#else
	return false;
#endif
}

/*
 * The bit in page->mapping of anonymous pages, which was renamed by "mm: rename PAGE_MAPPING_* to
 * FOLIO_MAPPING_*" (6.17).
 */
#ifdef FOLIO_MAPPING_ANON
#define GM_MAPPING_ANON		FOLIO_MAPPING_ANON
#else
#define GM_MAPPING_ANON		PAGE_MAPPING_ANON
#endif

/*
 * Whether processes map any page of the block of 2^@order pages at @head, which is a compound page
 * if @order is 1 or more. The block may be split or freed meanwhile, so only these pages are looked
 * at. The kernel's own helpers read the order from the page, which is not safe then. Since
 * 05c5323b2a34 (6.10) one counter covers all pages of the block. The counter of mappings of the
 * block as a whole is in struct folio since 6.3, when struct page lost the fields of first tail
 * pages.
 */
static inline bool gm_page_is_mapped(struct page *head, unsigned int order)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
	if (order)
		return atomic_read(&((struct folio *)head)->_large_mapcount) >= 0;
#else
	unsigned long i;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	if (order && atomic_read(&((struct folio *)head)->_entire_mapcount) >= 0)
		return true;
#else
	if (order && atomic_read(compound_mapcount_ptr(head)) >= 0)
		return true;
#endif
	for (i = 1; i < BIT(order); i++) {
		if (atomic_read(&head[i]._mapcount) >= 0)
			return true;
	}
#endif
	return atomic_read(&head->_mapcount) >= 0;
}

/* Pages that kmalloc() takes from the page allocator are marked only since 6.15. */
static __always_inline bool gm_page_is_large_kmalloc(const struct page *page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	return PageLargeKmalloc(page);
#else
	return false;
#endif
}

/*
 * The migrate type of the pageblock of @pfn, a page frame that is online. Its section has a bitmap
 * with NR_PAGEBLOCK_BITS for each pageblock, of which the lowest three are the type. Before 6.17,
 * MIGRATE_ISOLATE is one of these types. Since "mm/page_isolation: make page isolation a standalone
 * bit" it is the bit PB_migrate_isolate beside the type; that commit brought the first of the two
 * masks, and the second has replaced it since.
 */
static inline unsigned int gm_pageblock_migratetype(unsigned long pfn)
{
	unsigned long block = (pfn & (PAGES_PER_SECTION - 1)) >> pageblock_order;
	const unsigned long *map = section_to_usemap(__pfn_to_section(pfn));
	unsigned long bit = block * NR_PAGEBLOCK_BITS;
	unsigned long bits = READ_ONCE(map[bit / BITS_PER_LONG]) >> (bit % BITS_PER_LONG);

#if defined(CONFIG_MEMORY_ISOLATION) && \
	(defined(MIGRATETYPE_AND_ISO_MASK) || defined(PAGEBLOCK_ISO_MASK))
	if (bits & BIT(PB_migrate_isolate))
		return MIGRATE_ISOLATE;
#endif
	return bits & 7;
}

/*
 * Returns the current number of pages in the zone's per-CPU free lists. Since 28f836b6777b (5.14)
 * their struct has one level less.
 */
static inline u64 gm_zone_pcp_pages(const struct zone *zone)
{
	u64 pages = 0;
	int cpu;

	if (!populated_zone((struct zone *)zone))
		return 0;
	for_each_online_cpu(cpu) {
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
		pages += READ_ONCE(per_cpu_ptr(zone->per_cpu_pageset, cpu)->count);
#else
		pages += READ_ONCE(per_cpu_ptr(zone->pageset, cpu)->pcp.count);
#endif
	}
	return pages;
}

#endif /* GHOSTMEM_COMPAT_PAGE_TYPE_H */
