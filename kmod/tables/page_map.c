// SPDX-License-Identifier: GPL-2.0
/*
 * The page map's slow side: building, hot-plug, walking. See page_map.h.
 *
 * Locks: map->lock is a leaf lock. It is taken only in this file, in process context, to add or
 * remove leaves. Walkers hold it too, so that no leaf is freed under them. The hooks do not take
 * it: after a leaf is unlinked, synchronize_rcu() waits for them before map->offline is called.
 */
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "compat/compat.h"
#include "tables/page_map.h"
#include "tables/table_alloc.h"

/* A block never extends beyond the end of a leaf. */
static_assert(GM_MAX_ORDER <= GM_LEAF_SHIFT);
static_assert(GM_SITE_BITS + GM_PID_BITS + GM_STAMP_BITS == 64);

static struct gm_map_leaf **gm_leaf_ref(struct gm_page_map *map, unsigned long pfn)
{
	unsigned long section = pfn >> GM_LEAF_SHIFT;
	struct gm_map_mid *mid;

	lockdep_assert_held(&map->lock);
	if (section >> GM_MID_SHIFT >= map->roots)
		return NULL;
	mid = map->root[section >> GM_MID_SHIFT];
	return mid ? &mid->leaf[section & (GM_MID_LEAVES - 1)] : NULL;
}

static int gm_cover_locked(struct gm_page_map *map, unsigned long pfn)
{
	unsigned long top = pfn >> GM_LEAF_SHIFT >> GM_MID_SHIFT;
	struct gm_map_leaf **ref, *leaf;
	struct gm_map_mid *mid;

	if (top >= map->roots)
		return -ERANGE;
	if (!map->root[top]) {
		mid = gm_arm_vzalloc(sizeof(*mid));
		if (!mid)
			return -ENOMEM;
		atomic_long_add(sizeof(*mid), &map->bytes);
		/* Pairs with smp_load_acquire() in gm_page_map_leaf(). */
		smp_store_release(&map->root[top], mid);
	}
	ref = gm_leaf_ref(map, pfn);
	if (*ref)
		return 0;
	leaf = gm_arm_vzalloc(sizeof(*leaf));
	if (!leaf)
		return -ENOMEM;
	atomic_long_add(sizeof(*leaf), &map->bytes);
	/* Pairs with smp_load_acquire() in gm_page_map_leaf(). */
	smp_store_release(ref, leaf);
	return 0;
}

int gm_page_map_cover(struct gm_page_map *map, unsigned long pfn)
{
	int err;

	mutex_lock(&map->lock);
	err = gm_cover_locked(map, pfn);
	mutex_unlock(&map->lock);
	return err;
}

/* Leaves that are unlinked in one RCU grace period. A memory block has this many, or fewer. */
#define GM_UNCOVER_BATCH	16

void gm_page_map_uncover(struct gm_page_map *map, unsigned long start, unsigned long nr)
{
	struct gm_map_leaf *gone[GM_UNCOVER_BATCH];
	unsigned long first[GM_UNCOVER_BATCH];
	unsigned long pfn = start;
	unsigned int i, count;

	mutex_lock(&map->lock);
	while (pfn < start + nr) {
		for (count = 0; count < GM_UNCOVER_BATCH && pfn < start + nr;
		     pfn += GM_LEAF_PAGES) {
			struct gm_map_leaf **ref = gm_leaf_ref(map, pfn);

			if (!ref || !*ref)
				continue;
			first[count] = pfn;
			gone[count++] = *ref;
			WRITE_ONCE(*ref, NULL);
		}
		if (count)
			synchronize_rcu();
		for (i = 0; i < count; i++) {
			map->offline(map->priv, gone[i], first[i]);
			vfree(gone[i]);
			atomic_long_sub(sizeof(*gone[i]), &map->bytes);
		}
	}
	mutex_unlock(&map->lock);
}

static int gm_map_hotplug(struct notifier_block *nb, unsigned long action, void *data)
{
	struct gm_page_map *map = container_of(nb, struct gm_page_map, nb);
	struct memory_notify *mem = data;
	unsigned long pfn, end = mem->start_pfn + mem->nr_pages;
	int err = 0;

	switch (action) {
	case MEM_GOING_ONLINE:
		/* Pages can be allocated before MEM_ONLINE is announced. */
		for (pfn = mem->start_pfn; pfn < end && !err; pfn += GM_LEAF_PAGES)
			err = gm_page_map_cover(map, pfn);
		if (err)
			pr_warn("ghostmem: memory going online at pfn %#lx will not be tracked (%d)\n",
				mem->start_pfn, err);
		break;
	case MEM_CANCEL_ONLINE:
	case MEM_OFFLINE:
		gm_page_map_uncover(map, mem->start_pfn, mem->nr_pages);
		break;
	}
	/* Never veto: a tracker that cannot cover the memory must not keep it from the host. */
	return NOTIFY_OK;
}

static int gm_cover_node(struct gm_page_map *map, int nid)
{
	unsigned long pfn = ALIGN_DOWN(node_start_pfn(nid), GM_LEAF_PAGES);
	unsigned long end = node_end_pfn(nid);
	int err;

	for (; pfn < end; pfn += GM_LEAF_PAGES) {
		unsigned long i;
		bool online = false;

		/* A section's first frames may be a hole; subsections go online one by one. */
		for (i = 0; i < GM_LEAF_PAGES && !online; i += PAGES_PER_SUBSECTION)
			online = pfn_to_online_page(pfn + i);
		err = online ? gm_page_map_cover(map, pfn) : 0;
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

int gm_page_map_cover_online(struct gm_page_map *map)
{
	int nid, err;

	/* Register first, then scan: what comes online in between is covered by both. */
	err = register_memory_notifier(&map->nb);
	if (err)
		return err;
	for_each_online_node(nid) {
		err = gm_cover_node(map, nid);
		if (err)
			return err;
	}
	return 0;
}

size_t gm_page_map_estimate(void)
{
	unsigned long pages = 0;
	int nid;

	for_each_online_node(nid)
		pages += ALIGN(node_present_pages(nid), GM_LEAF_PAGES);
	return pages * sizeof(gm_record_t);
}

int gm_page_map_init(struct gm_page_map *map,
		     void (*offline)(void *priv, struct gm_map_leaf *leaf, unsigned long pfn),
		     void *priv)
{
	memset(map, 0, sizeof(*map));
	mutex_init(&map->lock);
	map->offline = offline;
	map->priv = priv;
	map->nb.notifier_call = gm_map_hotplug;
	map->roots = BIT(GM_ROOT_SHIFT);
	map->root = kvcalloc(map->roots, sizeof(*map->root), GM_GFP_ARM);
	if (!map->root)
		return -ENOMEM;
	atomic_long_set(&map->bytes, map->roots * sizeof(*map->root));
	return 0;
}

void gm_page_map_destroy(struct gm_page_map *map)
{
	unsigned long i, j;

	/* Harmless if gm_page_map_cover_online() was never called. */
	unregister_memory_notifier(&map->nb);
	for (i = 0; i < map->roots; i++) {
		struct gm_map_mid *mid = map->root[i];

		if (!mid)
			continue;
		for (j = 0; j < GM_MID_LEAVES; j++)
			vfree(mid->leaf[j]);
		vfree(mid);
		cond_resched();
	}
	kvfree(map->root);
	memset(map, 0, sizeof(*map));
}

/*
 * Calls @fn for at most @leaves leaves from *@cursor on. The lock is taken for each leaf
 * separately, so that memory going offline waits for one leaf and not for the whole walk. Mids are
 * freed only with the map, so they are read without the lock.
 */
static bool gm_visit_leaves(struct gm_page_map *map, unsigned long *cursor, unsigned int leaves,
			    void (*fn)(void *ctx, struct gm_map_leaf *leaf), void *ctx)
{
	for (; *cursor < map->roots << GM_MID_SHIFT; (*cursor)++) {
		struct gm_map_mid *mid = READ_ONCE(map->root[*cursor >> GM_MID_SHIFT]);
		struct gm_map_leaf *leaf;

		if (!mid) {
			*cursor |= GM_MID_LEAVES - 1;
			continue;
		}
		if (!READ_ONCE(mid->leaf[*cursor & (GM_MID_LEAVES - 1)]))
			continue;
		if (!leaves--)
			return true;
		mutex_lock(&map->lock);
		leaf = mid->leaf[*cursor & (GM_MID_LEAVES - 1)];
		if (leaf)
			fn(ctx, leaf);
		mutex_unlock(&map->lock);
		cond_resched();
	}
	return false;
}

static void gm_leaf_clear(void *ctx, struct gm_map_leaf *leaf)
{
	memset(leaf, 0, sizeof(*leaf));
}

void gm_page_map_clear(struct gm_page_map *map)
{
	unsigned long cursor = 0;

	gm_visit_leaves(map, &cursor, UINT_MAX, gm_leaf_clear, NULL);
}

struct gm_record_walk {
	void (*fn)(void *ctx, gm_record_t rec);
	void *ctx;
};

static void gm_leaf_walk(void *ctx, struct gm_map_leaf *leaf)
{
	struct gm_record_walk *walk = ctx;
	unsigned long i;

	for (i = 0; i < GM_LEAF_PAGES; i++) {
		gm_record_t rec = READ_ONCE(leaf->record[i]);

		if (rec)
			walk->fn(walk->ctx, rec);
	}
}

bool gm_page_map_walk(struct gm_page_map *map, unsigned long *cursor, unsigned int leaves,
		      void (*fn)(void *ctx, gm_record_t rec), void *ctx)
{
	struct gm_record_walk walk = { .fn = fn, .ctx = ctx };

	return gm_visit_leaves(map, cursor, leaves, gm_leaf_walk, &walk);
}

static void gm_leaf_clamp(void *ctx, struct gm_map_leaf *leaf)
{
	unsigned long i;

	for (i = 0; i < GM_LEAF_PAGES; i++)
		gm_record_clamp(&leaf->record[i], *(u64 *)ctx);
}

void gm_page_map_clamp(struct gm_page_map *map, u64 clock)
{
	unsigned long cursor = 0;

	gm_visit_leaves(map, &cursor, UINT_MAX, gm_leaf_clamp, &clock);
}
