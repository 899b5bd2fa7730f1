/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page map: from a page frame number to the record of its allocation.
 *
 * Each page frame has a record of 8 bytes. The records are kept in leaves of one memory section
 * each, which exist for every online section. A lookup takes three loads; the hooks never allocate
 * memory, and nothing can overflow.
 *
 * Every page of a block has a record of its own. Blocks are split, and freed in parts, on paths
 * that no hook sees (split_page(), alloc_pages_exact(), __free_pages() on a block that somebody
 * still holds). With a record for each page all of these are accounted for exactly, without any
 * knowledge of the block's shape.
 */
#ifndef GHOSTMEM_TABLES_PAGE_MAP_H
#define GHOSTMEM_TABLES_PAGE_MAP_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/memory.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/types.h>

#include "tables/page_record.h"

#define GM_LEAF_SHIFT		PFN_SECTION_SHIFT
#define GM_LEAF_PAGES		BIT(GM_LEAF_SHIFT)
#define GM_MID_SHIFT		12
#define GM_MID_LEAVES		BIT(GM_MID_SHIFT)
#define GM_ROOT_SHIFT		(MAX_PHYSMEM_BITS - PAGE_SHIFT - GM_LEAF_SHIFT - GM_MID_SHIFT)

struct gm_map_leaf {
	gm_record_t record[GM_LEAF_PAGES];
};

struct gm_map_mid {
	struct gm_map_leaf *leaf[GM_MID_LEAVES];
};

/**
 * struct gm_page_map - an instance of the map
 * @root:	the upper level, by the page frame number's top bits
 * @roots:	number of entries in @root
 * @lock:	held while leaves are added, removed or walked. The hooks and the census of page
 *		frames do not take it: they are RCU readers
 * @bytes:	memory that the map takes
 * @offline:	called with a leaf that has been unlinked, and its first pfn, to account for the
 *		records still in it. No hook uses the leaf any more; the struct pages still exist
 * @priv:	first argument of @offline
 * @nb:		notifier of memory hot-plug
 *
 * Leaves and mids are published with release semantics and read with acquire semantics, so that a
 * hook on another CPU sees them zeroed. Records are read and replaced by single atomic operations
 * and need no lock.
 */
struct gm_page_map {
	struct gm_map_mid **root;
	unsigned long roots;
	struct mutex lock; /* serializes adding and removing leaves */
	atomic_long_t bytes;
	void (*offline)(void *priv, struct gm_map_leaf *leaf, unsigned long pfn);
	void *priv;
	struct notifier_block nb;
};

/* All of these sleep. gm_page_map_destroy() undoes gm_page_map_init(), unless that has failed. */
int gm_page_map_init(struct gm_page_map *map,
		     void (*offline)(void *priv, struct gm_map_leaf *leaf, unsigned long pfn),
		     void *priv);
void gm_page_map_destroy(struct gm_page_map *map);

/* Covers all memory that is online now, and memory that comes online later. */
int gm_page_map_cover_online(struct gm_page_map *map);

/* Covers the section of @pfn. Returns 0, -ENOMEM, or -ERANGE past the last possible frame. */
int gm_page_map_cover(struct gm_page_map *map, unsigned long pfn);

/* Uncovers [start, start + nr), which are whole sections, and calls @offline for each leaf. */
void gm_page_map_uncover(struct gm_page_map *map, unsigned long start, unsigned long nr);

/* Forgets every record. The caller has stopped the hooks. */
void gm_page_map_clear(struct gm_page_map *map);

/*
 * Calls @fn for the records of at most @leaves leaves from *@cursor on, and advances *@cursor,
 * which starts as 0. Returns false when there are no more. Hooks may be running, and leaves may be
 * added and removed between two calls.
 */
bool gm_page_map_walk(struct gm_page_map *map, unsigned long *cursor, unsigned int leaves,
		      void (*fn)(void *ctx, gm_record_t rec), void *ctx);

/* Bytes that gm_page_map_cover_online() would allocate now, except for the upper levels. */
size_t gm_page_map_estimate(void);

/* Keeps ages beyond GM_AGE_MAX from wrapping; must be called every GM_CLAMP_PERIOD seconds. */
void gm_page_map_clamp(struct gm_page_map *map, u64 clock);

/* Returns the leaf of the section of @pfn, or NULL if the map has none. Any context. */
static __always_inline struct gm_map_leaf *gm_page_map_leaf(const struct gm_page_map *map,
							    unsigned long pfn)
{
	unsigned long section = pfn >> GM_LEAF_SHIFT;
	unsigned long top = section >> GM_MID_SHIFT;
	struct gm_map_mid *mid;

	if (unlikely(top >= map->roots))
		return NULL;
	/* Pairs with smp_store_release() in gm_cover_locked(). */
	mid = smp_load_acquire(&map->root[top]);
	if (unlikely(!mid))
		return NULL;
	/* Likewise. */
	return smp_load_acquire(&mid->leaf[section & (GM_MID_LEAVES - 1)]);
}

static __always_inline gm_record_t *gm_leaf_slot(struct gm_map_leaf *leaf, unsigned long pfn)
{
	return &leaf->record[pfn & (GM_LEAF_PAGES - 1)];
}

/* Returns the slot for the record of @pfn, or NULL if the map has no leaf for it. Any context. */
static __always_inline gm_record_t *gm_page_map_slot(const struct gm_page_map *map,
						     unsigned long pfn)
{
	struct gm_map_leaf *leaf = gm_page_map_leaf(map, pfn);

	return likely(leaf) ? gm_leaf_slot(leaf, pfn) : NULL;
}

/* Returns the record of @pfn, or 0 if there is none. Any context. */
static inline gm_record_t gm_page_map_get(const struct gm_page_map *map, unsigned long pfn)
{
	gm_record_t *slot = gm_page_map_slot(map, pfn);

	return slot ? READ_ONCE(*slot) : 0;
}

/*
 * Replaces a record by @rec and returns the old one.
 *
 * A page belongs to whoever allocates or frees it, so nobody else writes its record now, except
 * for a clamp, which is why an existing record is exchanged atomically. A clamp leaves empty slots
 * alone, so these need no atomic operation.
 */
static __always_inline gm_record_t gm_slot_replace(gm_record_t *slot, gm_record_t rec)
{
	if (READ_ONCE(*slot))
		return xchg(slot, rec);
	if (rec)
		WRITE_ONCE(*slot, rec);
	return 0;
}

/*
 * Replaces the records of @nr consecutive frames in a leaf by @rec (0 forgets them), and calls
 * @fn(ctx, site, pages) for each run of frames that had records of the same site. Returns how many
 * frames had no record before. Any context. Inlined so that @fn is inlined, too.
 */
static __always_inline long gm_slots_replace(gm_record_t *slot, unsigned long nr, gm_record_t rec,
					     void (*fn)(void *ctx, u32 site, unsigned long pages),
					     void *ctx)
{
	unsigned long i, run = 0, known = 0;
	u32 run_site = 0;

	for (i = 0; i < nr; i++) {
		gm_record_t old = gm_slot_replace(&slot[i], rec);
		u32 site = old ? gm_record_site(old) : 0;

		if (site != run_site) {
			if (run_site)
				fn(ctx, run_site, run);
			run_site = site;
			run = 0;
		}
		if (site) {
			run++;
			known++;
		}
	}
	if (run_site)
		fn(ctx, run_site, run);
	return nr - known;
}

/* Returns how many of the @nr frames from @pfn on are in the same leaf as @pfn. */
static __always_inline unsigned long gm_leaf_part(unsigned long pfn, unsigned long nr)
{
	return min(nr, GM_LEAF_PAGES - (pfn & (GM_LEAF_PAGES - 1)));
}

/*
 * Does the same for @nr frames from @pfn on, in any number of leaves. Returns -ERANGE if the map
 * has no leaf for the first frame. Allocations lie within one section, as every block of the page
 * allocator does, but a huge page that is larger than a section is freed as a whole.
 */
static __always_inline long gm_page_map_swap(struct gm_page_map *map, unsigned long pfn,
					     unsigned long nr, gm_record_t rec,
					     void (*fn)(void *ctx, u32 site, unsigned long pages),
					     void *ctx)
{
	unsigned long part, unknown = 0, done = 0;
	gm_record_t *slot;

	for (; done < nr; done += part) {
		slot = gm_page_map_slot(map, pfn + done);
		if (unlikely(!slot))
			return done ? unknown + nr - done : -ERANGE;
		part = gm_leaf_part(pfn + done, nr - done);
		unknown += gm_slots_replace(slot, part, rec, fn, ctx);
	}
	return unknown;
}

#endif /* GHOSTMEM_TABLES_PAGE_MAP_H */
