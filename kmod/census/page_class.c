// SPDX-License-Identifier: GPL-2.0
/*
 * The class of a page frame. See page_class.h.
 *
 * Frames are skipped by whole blocks. These never cross the end of a section, except huge pages
 * that are larger than a section; there any page leads to the head.
 */
#include <linux/mm.h>
#include <linux/mmzone.h>

#include "census/page_class.h"
#include "compat/compat.h"
#include "compat/page_type.h"

static bool gm_flag(unsigned long flags, enum pageflags bit)
{
	return flags & BIT(bit);
}

#ifdef CONFIG_MEMORY_FAILURE
#define GM_POISONED	BIT(PG_hwpoison)
#else
#define GM_POISONED	0UL
#endif

/*
 * Returns the class of a page of a process or file. Also right for those that are isolated from the
 * LRU lists for a while: they keep their mapping.
 */
static enum ghostmem_page_class gm_users_class(struct page *head, unsigned long flags)
{
	if (gm_flag(flags, PG_unevictable))
		return GHOSTMEM_PAGE_UNEVICTABLE;
	if (PageAnon(head))
		return GHOSTMEM_PAGE_ANON;
	return gm_flag(flags, PG_swapbacked) ? GHOSTMEM_PAGE_SHMEM : GHOSTMEM_PAGE_FILE;
}

/*
 * Whether the user block of 2^@order pages at @head is kept only by references: an anonymous one
 * was unmapped, and its process may have exited; one of a file was truncated. A file's block with
 * buffers does not count: the journal has it, and frees it when it has been written.
 */
static bool gm_let_go(struct page *head, unsigned int order, unsigned long flags)
{
	if (PageAnon(head))
		return !(gm_flag(flags, PG_swapcache) && gm_flag(flags, PG_swapbacked)) &&
		       !gm_page_is_mapped(head, order) && page_ref_count(head);
	return !READ_ONCE(head->mapping) && !gm_flag(flags, PG_private) && page_ref_count(head);
}

/* If only PG_lru of these is set, it is an order-0 page of a process or file, without a type. */
#define GM_KINDS	(BIT(PG_lru) | BIT(PG_reserved) | BIT(PG_head) | GM_POISONED)

/* Flags for class and zone: adjacent pages must agree in them to be counted as one run. */
#define GM_ALIKE	(GM_KINDS | BIT(PG_unevictable) | BIT(PG_swapbacked) | \
			 ZONES_MASK << ZONES_PGSHIFT | NODES_MASK << NODES_PGSHIFT)

static bool gm_page_is_users(unsigned long flags)
{
	return (flags & GM_KINDS) == BIT(PG_lru);
}

/* Whether a process maps @page, or a file has it. Most pages are in use, and so not let go. */
static __always_inline bool gm_is_in_use(const struct page *page, unsigned long mapping)
{
	return mapping & GM_MAPPING_ANON ? atomic_read(&page->_mapcount) >= 0 : mapping;
}

/*
 * Returns the run of like pages from @page on, @max at most: most frames of a busy machine are in
 * such runs. All are order-0 pages, so only their own struct pages are read.
 */
static struct gm_page_run gm_users_run(struct page *page, unsigned long flags, unsigned long max)
{
	unsigned long mapping, first = (unsigned long)READ_ONCE(page->mapping);
	struct gm_page_run run = {
		.class = gm_users_class(page, flags),
		.let_go = !gm_is_in_use(page, first) && gm_let_go(page, 0, flags),
	};

	for (run.nr = 1; run.nr < max; run.nr++) {
		page++;
		if ((gm_page_flags(page) ^ flags) & GM_ALIKE)
			break;
		/* PG_swapbacked does not tell: anonymous pages freed lazily lack it. */
		mapping = (unsigned long)READ_ONCE(page->mapping);
		if ((mapping ^ first) & GM_MAPPING_ANON)
			break;
		if (likely(gm_is_in_use(page, mapping))) {
			if (unlikely(run.let_go))
				break;
		} else if (gm_let_go(page, 0, gm_page_flags(page)) != run.let_go) {
			break;
		}
	}
	return run;
}

/*
 * Returns the class of a block that is neither reserved nor free. The order of the checks matters:
 * the meaning of a field depends on the page's type.
 */
static enum ghostmem_page_class gm_page_class(struct page *head, unsigned long flags)
{
	if (PageSlab(head))
		return GHOSTMEM_PAGE_SLAB;
	if (gm_page_is_large_kmalloc(head))
		return GHOSTMEM_PAGE_LARGE_KMALLOC;
	if (PageTable(head))
		return GHOSTMEM_PAGE_TABLE;
	if (PageHuge(head))
		return GHOSTMEM_PAGE_HUGETLB;
	if (PageOffline(head))
		return GHOSTMEM_PAGE_OFFLINE;
	if (flags & GM_POISONED)
		return GHOSTMEM_PAGE_POISONED;
	if (gm_flag(flags, PG_lru))
		return gm_users_class(head, flags);
	if (gm_page_is_zspool(head))
		return GHOSTMEM_PAGE_ZSPOOL;
	if (READ_ONCE(head->mapping))
		return gm_users_class(head, flags);
	if (gm_page_is_pooled(head))
		return GHOSTMEM_PAGE_POOL;
	if (page_has_type(head))
		return GHOSTMEM_PAGE_TYPED;
	return page_ref_count(head) ? GHOSTMEM_PAGE_KERNEL : GHOSTMEM_PAGE_TAIL;
}

static bool gm_is_users_class(enum ghostmem_page_class class)
{
	return class == GHOSTMEM_PAGE_UNEVICTABLE || class == GHOSTMEM_PAGE_ANON ||
	       class == GHOSTMEM_PAGE_SHMEM || class == GHOSTMEM_PAGE_FILE;
}

static bool gm_block_is_sound(unsigned long pfn, unsigned long head, unsigned int order,
			      unsigned int max)
{
	return order <= max && IS_ALIGNED(head, BIT(order)) && pfn - head < BIT(order);
}

/*
 * Returns the number of frames from @pfn to the end of its block; 1 if head and order do not make
 * sense, because the block changed meanwhile.
 */
static unsigned long gm_rest_of_block(unsigned long pfn, unsigned long head, unsigned int order,
				      unsigned int max, u64 *unsettled)
{
	if (unlikely(!gm_block_is_sound(pfn, head, order, max))) {
		(*unsettled)++;
		return 1;
	}
	return head + BIT(order) - pfn;
}

static struct gm_page_run gm_compound_run(unsigned long pfn, struct page *head, u64 *unsettled)
{
	struct gm_page_run run = {
		.class = gm_page_class(head, gm_page_flags(head)),
		.order = compound_order(head),
	};
	unsigned int max = run.class == GHOSTMEM_PAGE_HUGETLB ? PUD_SHIFT - PAGE_SHIFT :
								GM_MAX_ORDER;

	run.nr = gm_rest_of_block(pfn, page_to_pfn(head), run.order, max, unsettled);
	/* A sound block of at most GM_MAX_ORDER lies in this section, which is online. */
	if (gm_is_users_class(run.class) &&
	    gm_block_is_sound(pfn, page_to_pfn(head), run.order, GM_MAX_ORDER))
		run.let_go = gm_let_go(head, run.order, gm_page_flags(head));
	if (run.order > max)
		run.order = 0;
	return run;
}

struct gm_page_run gm_page_run_at(unsigned long pfn, struct page *page, unsigned long max,
				  u64 *unsettled)
{
	struct gm_page_run run = { .class = GHOSTMEM_PAGE_RESERVED, .nr = 1 };
	unsigned long flags = gm_page_flags(page);

	if (gm_page_is_users(flags))
		return gm_users_run(page, flags, max);
	if (gm_flag(flags, PG_reserved))
		return run;
	if (PageBuddy(page)) {
		run.class = GHOSTMEM_PAGE_FREE;
		run.order = READ_ONCE(page->private);
		run.nr = gm_rest_of_block(pfn, pfn, run.order, GM_MAX_ORDER, unsettled);
		if (run.order > GM_MAX_ORDER)
			run.order = 0;
		return run;
	}
	if (PageCompound(page))
		return gm_compound_run(pfn, compound_head(page), unsettled);
	run.class = gm_page_class(page, flags);
	run.let_go = gm_is_users_class(run.class) && gm_let_go(page, 0, flags);
	return run;
}
