// SPDX-License-Identifier: GPL-2.0
/*
 * The result of a search. See result.h.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "census/holders/names.h"
#include "census/holders/refs.h"
#include "census/holders/result.h"

/* Blocks that are looked through between two chances to be rescheduled. */
#define GM_RESULT_SLICE	1024

/* Rows of a group: by kind of ghost, and apart those that follow a block that is held. */
#define GM_ROWS_OF_GROUP	(2 * GHOSTMEM_GHOST_KINDS)

/* From this many offsets on, references from the objects of a cache are one row. */
#define GM_ROW_OFFSETS		6

/* Most rows before the small ones are left out. */
#define GM_ROWS_ROOM		2048

/* Fewer decoys say nothing; of those tried, 1 of this many may be believed. */
#define GM_DECOYS_LEAST		200
#define GM_DECOYS_BELIEVED	100

/**
 * struct gm_tallying - rows under construction
 * @r:		the search
 * @result:	its result
 * @index:	by group and row of the group: index of the row, plus 1
 * @row:	the rows
 * @rows:	number of rows
 * @place:	by group: index of its link, plus 1
 */
struct gm_tallying {
	struct gm_refs *r;
	struct gm_holders_result *result;
	u16 (*index)[GM_ROWS_OF_GROUP];
	struct gm_holder_row *row;
	u32 rows;
	u16 *place;
};

static void gm_amount_add(struct gm_amount *amount, unsigned long pages)
{
	amount->blocks++;
	amount->pages += pages;
	amount->orders[min_t(unsigned int, ilog2(pages), GHOSTMEM_ORDERS - 1)] += pages;
}

static enum ghostmem_confidence gm_confidence_of(const struct gm_groups *g, u16 id, bool tail)
{
	switch (gm_groups_tier(g, id)) {
	case GM_TIER_PERCPU:
		return GHOSTMEM_CONFIDENCE_STALE;
	case GM_TIER_WEAK:
		return GHOSTMEM_CONFIDENCE_WEAK;
	default:
		break;
	}
	if (tail)
		return GHOSTMEM_CONFIDENCE_TAIL;
	return gm_groups_root(g, id) == id ? GHOSTMEM_CONFIDENCE_EXACT :
					     GHOSTMEM_CONFIDENCE_CHAIN;
}

/*
 * The group that stands for @id in the rows. If a cache's objects refer from many offsets, it is an
 * array, and all of it is one row.
 */
static u16 gm_row_group(const struct gm_groups *g, u16 id)
{
	const struct gm_group *group = &g->group[id];
	u16 all;

	if (group->kind != GHOSTMEM_HOLDER_SLAB || group->offset == GM_OFFSET_ANY)
		return id;
	all = gm_groups_find(g, GHOSTMEM_HOLDER_SLAB, group->key, GM_OFFSET_ANY, 0);
	return all && g->group[all].members >= GM_ROW_OFFSETS ? all : id;
}

static void gm_row_add(struct gm_tallying *t, const struct gm_ghost *block)
{
	bool tail = block->flags & GM_BLOCK_TAIL;
	u16 id = gm_row_group(&t->r->groups, block->candidate[0]);
	u16 *index = &t->index[id][block->kind + (tail ? GHOSTMEM_GHOST_KINDS : 0)];
	struct gm_holder_row *row;

	if (!*index) {
		if (t->rows == GM_ROWS_ROOM) {
			t->result->omitted_pages += gm_block_pages(block);
			t->result->limits |= GHOSTMEM_LIMIT_GROUPS;
			return;
		}
		row = &t->row[t->rows++];
		row->kind = block->kind;
		row->confidence = gm_confidence_of(&t->r->groups, id, tail);
		/* For now the group; gm_row_link() replaces it. */
		row->link[0] = id;
		*index = t->rows;
	}
	gm_amount_add(&t->row[*index - 1].amount, gm_block_pages(block));
}

static void gm_decoy_add(struct gm_tallying *t, const struct gm_ghost *block)
{
	if (block->flags & GM_BLOCK_GONE)
		return;
	t->result->tried++;
	if (block->flags & GM_BLOCK_HELD &&
	    gm_groups_tier(&t->r->groups, block->candidate[0]) != GM_TIER_WEAK)
		t->result->believed++;
}

static void gm_block_tally(struct gm_tallying *t, const struct gm_ghost *block)
{
	struct gm_holders_result *result = t->result;
	unsigned long pages = gm_block_pages(block);

	if (block->flags & GM_BLOCK_PROBE)
		return;
	if (block->flags & GM_BLOCK_DECOY) {
		gm_decoy_add(t, block);
		return;
	}
	gm_amount_add(&result->ghosts, pages);
	if (block->flags & GM_BLOCK_GONE) {
		result->gone += pages;
	} else if (gm_block_is_lost(block)) {
		gm_amount_add(&result->lost[block->kind], pages);
	} else {
		result->held += pages;
		if (block->flags & GM_BLOCK_TAIL)
			result->tail += pages;
		gm_row_add(t, block);
	}
}

static int gm_row_compare(const void *a, const void *b)
{
	const struct gm_holder_row *x = a, *y = b;

	return x->amount.pages > y->amount.pages ? -1 : x->amount.pages < y->amount.pages;
}

/* The group that refers to the container of group @id, or 0 if that is not known. */
static u16 gm_link_after(struct gm_refs *r, u16 id)
{
	const struct gm_group *group = &r->groups.group[id];
	struct gm_extent *extent;

	if (group->parent)
		return group->parent;
	if (group->kind != GHOSTMEM_HOLDER_VMALLOC || !group->key)
		return 0;
	extent = &r->extents.extent[group->key - 1];
	return gm_candidates_best(&r->groups, extent->candidate) == GM_RANKS ?
	       0 : extent->candidate[0];
}

static void gm_row_link(struct gm_tallying *t, struct gm_holder_row *row)
{
	u16 id = row->link[0];

	for (; id && row->links < GHOSTMEM_HOLDER_LINKS_MAX; id = gm_link_after(t->r, id)) {
		if (!t->place[id]) {
			t->result->link[t->result->links] = t->r->groups.group[id];
			t->place[id] = ++t->result->links;
		}
		row->link[row->links++] = t->place[id] - 1;
	}
}

static void gm_stray_add(struct gm_holders_result *result, const char *name, u64 pages)
{
	struct gm_stray_row *row = NULL;
	u32 i;

	for (i = 0; i < result->strays && !row; i++) {
		if (!strcmp(result->stray[i].caller, name))
			row = &result->stray[i];
	}
	if (!row && result->strays < GM_STRAY_ROWS) {
		row = &result->stray[result->strays++];
		strscpy(row->caller, name, sizeof(row->caller));
	} else if (!row) {
		row = &result->stray[GM_STRAY_ROWS - 1];
		row->caller[0] = '\0';
	}
	row->areas++;
	row->pages += pages;
}

static void gm_strays_find(struct gm_tallying *t)
{
	struct gm_refs *r = t->r;
	char name[GM_GROUP_NAME];
	u32 i;

	for (i = 0; i < r->extents.nr; i++) {
		const struct gm_extent *extent = &r->extents.extent[i];

		/* Without a struct vm_struct it is unknown whether it is one area. */
		if (extent->kind != GM_EXTENT_VMALLOC || !extent->size || extent->candidate[0] ||
		    extent->seen != r->pass)
			continue;
		gm_name_caller(r, extent->caller, name, sizeof(name));
		gm_stray_add(t->result, name, (extent->end - extent->start) >> PAGE_SHIFT);
	}
}

static void gm_result_judge(struct gm_holders_result *result)
{
	if (result->tried < GM_DECOYS_LEAST)
		result->limits |= GHOSTMEM_LIMIT_DECOYS;
	else if (result->believed > result->tried / GM_DECOYS_BELIEVED)
		result->limits |= GHOSTMEM_LIMIT_UNFIT;
}

/* Keeps the largest rows, and of the groups those that they refer to. */
static bool gm_result_keep(struct gm_tallying *t)
{
	struct gm_holders_result *result = t->result;
	u32 i;

	sort(t->row, t->rows, sizeof(*t->row), gm_row_compare, NULL);
	result->rows = min_t(u32, t->rows, GHOSTMEM_HOLDER_ROWS_MAX);
	result->omitted = t->rows - result->rows;
	for (i = result->rows; i < t->rows; i++)
		result->omitted_pages += t->row[i].amount.pages;
	result->row = kvcalloc(max(result->rows, 1U), sizeof(*result->row), GFP_KERNEL);
	result->link = kvcalloc(min_t(u32, t->r->groups.nr,
				      result->rows * GHOSTMEM_HOLDER_LINKS_MAX + 1),
				sizeof(*result->link), GFP_KERNEL);
	if (!result->row || !result->link)
		return false;
	for (i = 0; i < result->rows; i++) {
		result->row[i] = t->row[i];
		gm_row_link(t, &result->row[i]);
	}
	return true;
}

static bool gm_result_fill(struct gm_tallying *t)
{
	u32 i;

	for (i = 0; i < t->r->nr; i++) {
		gm_block_tally(t, &t->r->block[i]);
		if (i % GM_RESULT_SLICE == 0)
			cond_resched();
	}
	gm_strays_find(t);
	gm_result_judge(t->result);
	return gm_result_keep(t);
}

static void gm_result_free(struct kref *ref)
{
	struct gm_holders_result *result = container_of(ref, struct gm_holders_result, ref);

	kvfree(result->row);
	kvfree(result->link);
	kvfree(result);
}

void gm_result_put(struct gm_holders_result *result)
{
	kref_put(&result->ref, gm_result_free);
}

struct gm_holders_result *gm_result_create(struct gm_refs *r)
{
	struct gm_tallying t = { .r = r };
	bool filled = false;

	t.result = kvzalloc(sizeof(*t.result), GFP_KERNEL);
	if (!t.result)
		return NULL;
	kref_init(&t.result->ref);
	t.result->limits = r->limits;
	t.index = kvcalloc(GM_GROUPS_MAX, sizeof(*t.index), GFP_KERNEL);
	t.place = kvcalloc(GM_GROUPS_MAX, sizeof(*t.place), GFP_KERNEL);
	t.row = kvcalloc(GM_ROWS_ROOM, sizeof(*t.row), GFP_KERNEL);
	if (t.index && t.place && t.row)
		filled = gm_result_fill(&t);
	kvfree(t.row);
	kvfree(t.place);
	kvfree(t.index);
	if (!filled) {
		gm_result_put(t.result);
		return NULL;
	}
	return t.result;
}
