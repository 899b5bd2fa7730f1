// SPDX-License-Identifier: GPL-2.0
/*
 * The census of page frames. See page_frames.h.
 *
 * Locks: c->slice is a leaf lock. Memory is marked offline before MEM_OFFLINE is announced, and its
 * struct pages go away after that: the announcer waits in our notifier for the slice that may be
 * looking at them, and later slices do not find them online. Leaves of the page map may go away
 * before that, after an RCU grace period: a slice is an RCU reader.
 */
#include <linux/ktime.h>
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "census/page_class.h"
#include "census/page_frames.h"
#include "compat/compat.h"
#include "compat/page_type.h"
#include "tables/page_map.h"

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
			    const struct gm_page_run *run, const struct gm_page_map *map)
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
		     const struct gm_page_run *run, const struct gm_page_map *map)
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
	struct gm_page_run run;

	while (pfn < end) {
		if (pfn >= known) {
			known = ALIGN_DOWN(pfn, PAGES_PER_SUBSECTION) + PAGES_PER_SUBSECTION;
			if (!pfn_to_online_page(pfn)) {
				pfn = known;
				continue;
			}
		}
		page = pfn_to_page(pfn);
		run = gm_page_run_at(pfn, page, known - pfn, &c->unsettled);
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
