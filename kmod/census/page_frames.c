// SPDX-License-Identifier: GPL-2.0
/*
 * The census of page frames. See page_frames.h.
 *
 * Locks: c->slice is a leaf lock. Memory is marked offline before MEM_OFFLINE is announced, and its
 * struct pages go away after that: the announcer waits in our notifier for the slice that may be
 * looking at them, and later slices do not find them online. Leaves of the page map may go away
 * before that, after an RCU grace period: a slice is an RCU reader. Frames are skipped by whole
 * blocks. These never cross the end of a section, except huge pages that are larger than a section;
 * there any page leads to the head.
 */
#include <linux/ktime.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "census/page_frames.h"
#include "compat/compat.h"
#include "compat/page_type.h"
#include "tables/page_map.h"

/**
 * struct gm_run - adjacent page frames of one class
 * @class:	the class
 * @order:	of the block that they are part of
 * @nr:		number of frames, at least 1
 * @let_go:	they belonged to processes or files, but no longer do
 */
struct gm_run {
	enum ghostmem_page_class class;
	unsigned int order;
	unsigned long nr;
	bool let_go;
};

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
static struct gm_run gm_users_run(struct page *page, unsigned long flags, unsigned long max)
{
	unsigned long mapping, first = (unsigned long)READ_ONCE(page->mapping);
	struct gm_run run = {
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
static unsigned long gm_rest_of_block(struct gm_page_census *c, unsigned long pfn,
				      unsigned long head, unsigned int order, unsigned int max)
{
	if (unlikely(!gm_block_is_sound(pfn, head, order, max))) {
		c->unsettled++;
		return 1;
	}
	return head + BIT(order) - pfn;
}

static struct gm_run gm_compound_run(struct gm_page_census *c, unsigned long pfn,
				     struct page *head)
{
	struct gm_run run = {
		.class = gm_page_class(head, gm_page_flags(head)),
		.order = compound_order(head),
	};
	unsigned int max = run.class == GHOSTMEM_PAGE_HUGETLB ? PUD_SHIFT - PAGE_SHIFT :
								GM_MAX_ORDER;

	run.nr = gm_rest_of_block(c, pfn, page_to_pfn(head), run.order, max);
	/* A sound block of at most GM_MAX_ORDER lies in this section, which is online. */
	if (gm_is_users_class(run.class) &&
	    gm_block_is_sound(pfn, page_to_pfn(head), run.order, GM_MAX_ORDER))
		run.let_go = gm_let_go(head, run.order, gm_page_flags(head));
	if (run.order > max)
		run.order = 0;
	return run;
}

/* Returns the run at @pfn. A run of order-0 user pages has at most @max frames. */
static struct gm_run gm_run_at(struct gm_page_census *c, unsigned long pfn, struct page *page,
			       unsigned long max)
{
	struct gm_run run = { .class = GHOSTMEM_PAGE_RESERVED, .nr = 1 };
	unsigned long flags = gm_page_flags(page);

	if (gm_page_is_users(flags))
		return gm_users_run(page, flags, max);
	if (gm_flag(flags, PG_reserved))
		return run;
	if (PageBuddy(page)) {
		run.class = GHOSTMEM_PAGE_FREE;
		run.order = READ_ONCE(page->private);
		run.nr = gm_rest_of_block(c, pfn, pfn, run.order, GM_MAX_ORDER);
		if (run.order > GM_MAX_ORDER)
			run.order = 0;
		return run;
	}
	if (PageCompound(page))
		return gm_compound_run(c, pfn, compound_head(page));
	run.class = gm_page_class(page, flags);
	run.let_go = gm_is_users_class(run.class) && gm_let_go(page, 0, flags);
	return run;
}

static enum ghostmem_migrate gm_migrate_of(unsigned long pfn)
{
	switch (gm_pageblock_migratetype(pfn)) {
	case MIGRATE_MOVABLE:
		return GHOSTMEM_MIGRATE_MOVABLE;
	case MIGRATE_RECLAIMABLE:
		return GHOSTMEM_MIGRATE_RECLAIMABLE;
	case MIGRATE_HIGHATOMIC:
		return GHOSTMEM_MIGRATE_HIGHATOMIC;
#ifdef CONFIG_CMA
	case MIGRATE_CMA:
		return GHOSTMEM_MIGRATE_CMA;
#endif
#ifdef CONFIG_MEMORY_ISOLATION
	case MIGRATE_ISOLATE:
		return GHOSTMEM_MIGRATE_ISOLATED;
#endif
	default:
		return GHOSTMEM_MIGRATE_UNMOVABLE;
	}
}

static void gm_count_kernel(struct gm_zone_pages *zone, unsigned long pfn,
			    const struct gm_run *run, const struct gm_page_map *map)
{
	unsigned long i;

	zone->kernel_orders[min(run->order, GHOSTMEM_ORDERS - 1U)] += run->nr;
	zone->kernel_migrate[gm_migrate_of(pfn)] += run->nr;
	for (i = 0; map && i < run->nr; i++)
		zone->kernel_tracked += !!gm_page_map_get(map, pfn + i);
}

/*
 * Returns the zone to count @page in. Reserved pages outside of all zones have a zone number that
 * does not exist: init_reserved_page() leaves its loop with zone MAX_NR_ZONES. They are counted in
 * the zone of the frame before them.
 */
static struct gm_zone_pages *gm_zone_of(struct gm_page_census *c, const struct page *page)
{
	unsigned int zone = page_zonenum(page);
	unsigned int index = page_to_nid(page) * MAX_NR_ZONES + zone;

	if (likely(zone < MAX_NR_ZONES && index < c->nr_zones))
		c->zone = &c->zones[index];
	return c->zone;
}

static void gm_count(struct gm_page_census *c, unsigned long pfn, struct page *page,
		     const struct gm_run *run, const struct gm_page_map *map)
{
	struct gm_zone_pages *zone = gm_zone_of(c, page);

	if (run->class == GHOSTMEM_PAGE_TAIL && !(map && gm_page_map_get(map, pfn))) {
		zone->unheld += run->nr;
		return;
	}
	zone->classes[run->class] += run->nr;
	if (run->let_go)
		zone->let_go += run->nr;
	if (run->class == GHOSTMEM_PAGE_FREE)
		zone->free_orders[min(run->order, GHOSTMEM_ORDERS - 1U)] += run->nr;
	else if (run->class == GHOSTMEM_PAGE_KERNEL)
		gm_count_kernel(zone, pfn, run, map);
}

/* Looks at a section. A subsection is online or offline as a whole, so one check is enough. */
static void gm_census_section(struct gm_page_census *c, unsigned long pfn,
			      const struct gm_page_map *map)
{
	unsigned long end = pfn + PAGES_PER_SECTION, known = pfn;
	struct page *page;
	struct gm_run run;

	while (pfn < end) {
		if (pfn >= known) {
			known = ALIGN_DOWN(pfn, PAGES_PER_SUBSECTION) + PAGES_PER_SUBSECTION;
			if (!pfn_to_online_page(pfn)) {
				pfn = known;
				continue;
			}
		}
		page = pfn_to_page(pfn);
		run = gm_run_at(c, pfn, page, known - pfn);
		run.nr = min(run.nr, end - pfn);
		gm_count(c, pfn, page, &run, map);
		pfn += run.nr;
	}
}

bool gm_page_census_slice(struct gm_page_census *c, const struct gm_page_map *map)
{
	u64 began = ktime_get_ns();

	mutex_lock(&c->slice);
	if (c->next < c->end) {
		/* Pairs with synchronize_rcu() in gm_page_map_uncover(). */
		rcu_read_lock();
		gm_census_section(c, c->next, map);
		rcu_read_unlock();
	}
	mutex_unlock(&c->slice);
	c->next += PAGES_PER_SECTION;
	c->duration_ns += ktime_get_ns() - began;
	return c->next < c->end;
}

void gm_page_census_settle(struct gm_page_census *c)
{
	unsigned int i;

	for (i = 0; i < c->nr_zones; i++) {
		struct gm_zone_pages *pages = &c->zones[i];
		struct zone *zone = gm_page_census_zone(i);
		u64 pcp = zone ? min(gm_zone_pcp_pages(zone), pages->unheld) : 0;

		pages->classes[GHOSTMEM_PAGE_PCP] = pcp;
		pages->classes[GHOSTMEM_PAGE_TAIL] += pages->unheld - pcp;
	}
}

static int gm_census_hotplug(struct notifier_block *nb, unsigned long action, void *data)
{
	struct gm_page_census *c = container_of(nb, struct gm_page_census, nb);

	if (action == MEM_OFFLINE) {
		mutex_lock(&c->slice);
		mutex_unlock(&c->slice);
	}
	return NOTIFY_OK;
}

int gm_page_census_init(struct gm_page_census *c)
{
	int nid, err;

	memset(c, 0, sizeof(*c));
	mutex_init(&c->slice);
	c->nb.notifier_call = gm_census_hotplug;
	c->nr_zones = nr_node_ids * MAX_NR_ZONES;
	c->zones = kvcalloc(c->nr_zones, sizeof(*c->zones), GFP_KERNEL);
	if (!c->zones)
		return -ENOMEM;
	err = register_memory_notifier(&c->nb);
	if (err) {
		kvfree(c->zones);
		return err;
	}
	c->zone = c->zones;
	c->next = ULONG_MAX;
	for_each_online_node(nid) {
		c->next = min(c->next, ALIGN_DOWN(node_start_pfn(nid), PAGES_PER_SECTION));
		c->end = max(c->end, node_end_pfn(nid));
	}
	return 0;
}

void gm_page_census_destroy(struct gm_page_census *c)
{
	unregister_memory_notifier(&c->nb);
	kvfree(c->zones);
}

struct zone *gm_page_census_zone(unsigned int index)
{
	pg_data_t *node = NODE_DATA(index / MAX_NR_ZONES);

	/* NODE_DATA stays when the node goes offline, so node_online() is not asked. */
	return node ? &node->node_zones[index % MAX_NR_ZONES] : NULL;
}
