/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the page tables say: page tables themselves, the extents of vmalloc's range and what they
 * are for, and which frames therefore are no ghosts.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_MAPS_H
#define GHOSTMEM_CENSUS_HOLDERS_MAPS_H

#include <linux/types.h>

struct gm_refs;

/* An upper bound of the number of extents, with some to spare. Sleeps. */
u32 gm_maps_count(struct gm_refs *r);

/*
 * Finds the extents, and marks as known the frames of page tables, of struct pages, of the kernel
 * image and of vmalloc(). Returns false if the search is to be given up. Sleeps.
 */
bool gm_maps_mark(struct gm_refs *r);

/* Marks the kernel's page tables; may be repeated. */
bool gm_maps_mark_tables(struct gm_refs *r);

/* The frames of the upper page tables of a process, which bear no mark in struct page. */
bool gm_maps_mark_process(struct gm_refs *r, unsigned long root);

#endif /* GHOSTMEM_CENSUS_HOLDERS_MAPS_H */
