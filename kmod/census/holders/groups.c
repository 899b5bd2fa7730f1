// SPDX-License-Identifier: GPL-2.0
/*
 * Groups of references. See groups.h.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/vmalloc.h>

#include "census/holders/groups.h"
#include "tables/table_alloc.h"

/* The groups "other", one for each kind, are kept free for that. */
#define GM_GROUPS_ROOM		(GM_GROUPS_MAX - GHOSTMEM_HOLDER_KINDS)

int gm_groups_init(struct gm_groups *g)
{
	memset(g, 0, sizeof(*g));
	g->nr = 1;
	g->group = gm_arm_vzalloc(array_size(GM_GROUPS_MAX, sizeof(*g->group)));
	return g->group ? 0 : -ENOMEM;
}

void gm_groups_destroy(struct gm_groups *g)
{
	vfree(g->group);
	g->group = NULL;
}

static u32 gm_group_hash(enum ghostmem_holder_kind kind, unsigned long key, u32 offset, u16 parent)
{
	u64 hash = (key ^ (u64)offset << 20 ^ (u64)parent << 44 ^ kind) * 0x9e3779b97f4a7c15ULL;

	return hash >> 54;
}

u16 gm_groups_find(const struct gm_groups *g, enum ghostmem_holder_kind kind, unsigned long key,
		   u32 offset, u16 parent)
{
	u16 id;

	for (id = g->bucket[gm_group_hash(kind, key, offset, parent)]; id; id = g->group[id].next) {
		const struct gm_group *group = &g->group[id];

		if (group->kind == kind && group->key == key && group->offset == offset &&
		    group->parent == parent)
			return id;
	}
	return 0;
}

static u16 gm_groups_make(struct gm_groups *g, enum ghostmem_holder_kind kind, unsigned long key,
			  u32 offset, u16 parent)
{
	u32 hash = gm_group_hash(kind, key, offset, parent);
	struct gm_group *group = &g->group[g->nr];

	group->kind = kind;
	group->key = key;
	group->end = key;
	group->offset = offset;
	group->parent = parent;
	group->next = g->bucket[hash];
	g->bucket[hash] = g->nr;
	return g->nr++;
}

u16 gm_groups_get(struct gm_groups *g, enum ghostmem_holder_kind kind, unsigned long key,
		  u32 offset, u16 parent, bool *made)
{
	u16 id = gm_groups_find(g, kind, key, offset, parent);

	*made = false;
	if (id)
		return id;
	if (g->nr >= GM_GROUPS_ROOM) {
		/* The parent is not kept, either: this group stands for unlike references. */
		g->overflown = true;
		id = gm_groups_find(g, kind, 0, GM_OFFSET_ANY, 0);
		return id ?: gm_groups_make(g, kind, 0, GM_OFFSET_ANY, 0);
	}
	*made = true;
	return gm_groups_make(g, kind, key, offset, parent);
}

u16 gm_groups_variable(const struct gm_groups *g, enum ghostmem_holder_kind kind,
		       unsigned long address)
{
	u32 id;

	/* Variables are visited in ascending order, so it is most likely the last one. */
	for (id = g->nr; id-- > 1; ) {
		const struct gm_group *group = &g->group[id];

		if (group->kind == kind && address >= group->key && address < group->end)
			return id;
	}
	return 0;
}

u16 gm_groups_root(const struct gm_groups *g, u16 id)
{
	return g->group[id].parent ?: id;
}

enum gm_tier gm_groups_tier(const struct gm_groups *g, u16 id)
{
	switch (g->group[gm_groups_root(g, id)].kind) {
	case GHOSTMEM_HOLDER_PERCPU:
		return GM_TIER_PERCPU;
	case GHOSTMEM_HOLDER_STACK:
	case GHOSTMEM_HOLDER_BOOT:
		return GM_TIER_WEAK;
	default:
		return GM_TIER_OWN;
	}
}

/*
 * Of references that are worth the same, a variable of a module tells most, and one of the kernel
 * often only where a list begins that everything is in. Lower is better.
 */
static unsigned int gm_groups_rank(const struct gm_groups *g, u16 id)
{
	unsigned int rank = GM_RANKS / GM_TIERS * gm_groups_tier(g, id);

	switch (g->group[gm_groups_root(g, id)].kind) {
	case GHOSTMEM_HOLDER_MODULE:
		return rank;
	case GHOSTMEM_HOLDER_KERNEL:
		return rank + 2;
	default:
		return rank + 1;
	}
}

void gm_candidates_add(const struct gm_groups *g, u16 *candidate, u16 id)
{
	unsigned int i, worst = 0;

	for (i = 0; i < GM_CANDIDATES; i++) {
		if (candidate[i] == id)
			return;
		if (!candidate[i]) {
			candidate[i] = id;
			return;
		}
		if (gm_groups_rank(g, candidate[i]) > gm_groups_rank(g, candidate[worst]))
			worst = i;
	}
	if (gm_groups_rank(g, id) < gm_groups_rank(g, candidate[worst]))
		candidate[worst] = id;
}

unsigned int gm_candidates_best(const struct gm_groups *g, u16 *candidate)
{
	unsigned int i, best = 0;
	u16 id;

	if (!candidate[0])
		return GM_RANKS;
	for (i = 1; i < GM_CANDIDATES && candidate[i]; i++) {
		if (gm_groups_rank(g, candidate[i]) < gm_groups_rank(g, candidate[best]))
			best = i;
	}
	id = candidate[best];
	candidate[best] = candidate[0];
	candidate[0] = id;
	return gm_groups_rank(g, id);
}
