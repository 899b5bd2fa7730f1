/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A census of page frames: the class of each online frame (page_class.h), summed up by zone.
 *
 * Frames are looked at while they are in use, without references: what was read of one may be some
 * nanoseconds out of date when the next is read. Blocks whose fields are inconsistent are counted
 * as unsettled, and walked page by page. The content of pages is never accessed, nor are struct
 * pages of memory that is not online.
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
 * @classes:		all pages, by enum ghostmem_page_class
 * @unheld:		pages of class PCP or TAIL, until the census is settled
 * @free_orders:	pages of class FREE, by the block's order
 * @kernel_orders:	pages of class KERNEL (of unknown use), by the block's order
 * @kernel_migrate:	pages of class KERNEL, by enum ghostmem_migrate
 * @kernel_tracked:	pages of class KERNEL that have a record
 * @let_go:		pages that belonged to processes or files, but no longer do
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
 * @slice:	held while a section is looked at; the memory notifier takes it to wait for that
 * @nb:		the memory notifier, called when memory has gone offline
 * @next:	page frame to continue at, the first one of a section
 * @end:	the page frame after the last one
 * @unsettled:	blocks that changed while they were looked at
 * @duration_ns: time spent so far, including waits for @slice
 * @nr_zones:	entries of @zones
 * @zones:	by node and zone
 * @zone:	the entry of @zones for the frame before
 */
struct gm_page_census {
	struct mutex slice; /* held while a section is looked at */
	struct notifier_block nb;
	unsigned long next;
	unsigned long end;
	u64 unsettled;
	u64 duration_ns;
	unsigned int nr_zones;
	struct gm_zone_pages *zones;
	struct gm_zone_pages *zone;
};

/* Returns 0, -ENOMEM, or the error of registering the memory notifier. Sleeps. */
int gm_page_census_init(struct gm_page_census *c);

/* Call only if gm_page_census_init() succeeded. Sleeps. */
void gm_page_census_destroy(struct gm_page_census *c);

/*
 * Looks at one section, in a few hundred microseconds at most. Returns false when there are no
 * more. If @map is NULL, no page has a record. Sleeps.
 */
bool gm_page_census_slice(struct gm_page_census *c, const struct gm_page_map *map);

/* Splits @unheld of each zone into PCP and TAIL. Called after the last slice. */
void gm_page_census_settle(struct gm_page_census *c);

/* Returns the zone of the entry @index of @zones; it may have no memory. NULL without a node. */
struct zone *gm_page_census_zone(unsigned int index);

#endif /* GHOSTMEM_CENSUS_PAGE_FRAMES_H */
