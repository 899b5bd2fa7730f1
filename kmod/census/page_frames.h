/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A census of page frames: what each one that is online is, by its struct page, summed up by zone.
 *
 * Frames are looked at while they live, without references: what is seen of one may be some
 * nanoseconds old when the next is looked at. What does not fit together is gone on with page
 * by page and counted. A page's content is never touched, and no struct page of memory that
 * is not online.
 */
#ifndef GHOSTMEM_CENSUS_PAGE_FRAMES_H
#define GHOSTMEM_CENSUS_PAGE_FRAMES_H

#include <linux/ghostmem.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/types.h>

struct gm_page_map;

/**
 * struct gm_zone_pages - a zone's page frames
 * @classes:		by enum ghostmem_page_class
 * @unheld:		PCP or TAIL, until the census is settled
 * @free_orders:	of the free ones, by order
 * @kernel_orders:	of those that nothing is known of, by order
 * @kernel_migrate:	likewise, by enum ghostmem_migrate
 * @kernel_tracked:	likewise, those with a record
 * @let_go:		of processes' and files', those that neither has any more
 */
struct gm_zone_pages {
	u64 classes[GHOSTMEM_PAGE_CLASSES];
	u64 unheld;
	u64 free_orders[GHOSTMEM_ORDERS];
	u64 kernel_orders[GHOSTMEM_ORDERS];
	u64 kernel_migrate[GHOSTMEM_MIGRATE_TYPES];
	u64 kernel_tracked;
	u64 let_go;
};

/**
 * struct gm_page_census - a census under way, or done
 * @slice:	held while a section is looked at, and by whoever has taken one offline
 * @nb:		hears of that
 * @next:	page frame to go on with, the first of a section
 * @end:	past the last
 * @unsettled:	blocks that changed under the eyes
 * @duration_ns: spent so far, waiting included
 * @nr_zones:	entries of @zones
 * @zones:	by node and zone
 * @zone:	of @zones, that of the frame before
 */
struct gm_page_census {
	struct mutex slice; /* of looking at a section */
	struct notifier_block nb;
	unsigned long next;
	unsigned long end;
	u64 unsettled;
	u64 duration_ns;
	unsigned int nr_zones;
	struct gm_zone_pages *zones;
	struct gm_zone_pages *zone;
};

/* 0 or -ENOMEM, or what the notifier's registration says. Sleeps. */
int gm_page_census_init(struct gm_page_census *c);

/* After gm_page_census_init() succeeded. Sleeps. */
void gm_page_census_destroy(struct gm_page_census *c);

/*
 * Looks at one section, in a few hundred microseconds at most; false when there are no more. @map
 * may be NULL: then none has a record. Sleeps.
 */
bool gm_page_census_slice(struct gm_page_census *c, const struct gm_page_map *map);

/* Tells PCP from TAIL; after the last slice. */
void gm_page_census_settle(struct gm_page_census *c);

/* Of @zones: the zone it is of, which may have no memory. */
struct zone *gm_page_census_zone(unsigned int index);

#endif /* GHOSTMEM_CENSUS_PAGE_FRAMES_H */
