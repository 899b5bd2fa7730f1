// SPDX-License-Identifier: GPL-2.0
/*
 * Collects the blocks. See ghosts.h.
 *
 * Of a block that is not a compound page, only the first page has a reference; the others look as
 * if they were free, in a list of a CPU. They are told from those by that list: a page that is in a
 * list is linked from both sides.
 */
#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/random.h>

#include "census/holders/ghosts.h"
#include "census/holders/refs.h"
#include "census/holders/words.h"
#include "compat/compat.h"

/**
 * struct gm_collection - a walk that collects
 * @r:		the search
 * @fill:	blocks are filled in; otherwise they are only counted
 * @found:	number of blocks so far
 * @first:	first frame of the block that can still grow, or 0
 * @next:	the frame after it
 * @limit:	the frame that it cannot grow beyond
 * @free:	free frames so far
 * @every:	free frames from a decoy to the next, on average
 * @decoy:	number of the free frame that becomes the next decoy
 */
struct gm_collection {
	struct gm_refs *r;
	bool fill;
	u64 found;
	unsigned long first;
	unsigned long next;
	unsigned long limit;
	u64 free;
	u32 every;
	u64 decoy;
};

static bool gm_linked(unsigned long from, unsigned long way, unsigned long back)
{
	unsigned long other, value;

	/*
	 * A page that was never used is linked to itself, and in no list. A list of a CPU may lie in
	 * vmalloc's range, where devices are mapped, too.
	 */
	return gm_word_read(&other, from + way) && other != from &&
	       (gm_is_direct(other) || other - VMEMMAP_START < BIT(MAX_PHYSMEM_BITS - PAGE_SHIFT) *
							       sizeof(struct page)) &&
	       gm_word_read(&value, other + back) && value == from;
}

/* Whether the page is in a list. One side is enough: leftovers of a list are poisoned. */
static bool gm_in_list(const struct page *page)
{
	unsigned long head = (unsigned long)&page->lru;
	unsigned long next = offsetof(struct list_head, next);
	unsigned long prev = offsetof(struct list_head, prev);

	return gm_linked(head, next, prev) || gm_linked(head, prev, next);
}

/* Returns the kind of ghost that a run is, or GHOSTMEM_GHOST_KINDS if it is none. */
static unsigned int gm_ghost_kind(const struct gm_page_run *run)
{
	if (run->let_go)
		return GHOSTMEM_GHOST_LET_GO;
	switch (run->class) {
	case GHOSTMEM_PAGE_KERNEL:
		return GHOSTMEM_GHOST_PAGES;
	case GHOSTMEM_PAGE_POOL:
		return GHOSTMEM_GHOST_POOL;
	case GHOSTMEM_PAGE_ZSPOOL:
		return GHOSTMEM_GHOST_ZSPOOL;
	case GHOSTMEM_PAGE_LARGE_KMALLOC:
		return GHOSTMEM_GHOST_LARGE_KMALLOC;
	case GHOSTMEM_PAGE_TYPED:
		return GHOSTMEM_GHOST_TYPED;
	default:
		return GHOSTMEM_GHOST_KINDS;
	}
}

static void gm_block_add(struct gm_collection *c, unsigned long pfn, unsigned long nr,
			 unsigned int kind, unsigned int flags)
{
	struct gm_refs *r = c->r;
	struct gm_ghost *block;
	unsigned long i;

	c->found++;
	if (!c->fill)
		return;
	if (r->nr == r->room || !gm_targets_leaf(&r->targets, pfn)) {
		r->limits |= GHOSTMEM_LIMIT_BLOCKS;
		return;
	}
	block = &r->block[r->nr++];
	memset(block, 0, sizeof(*block));
	block->pfn = pfn;
	block->less = nr - 1;
	block->kind = kind;
	block->flags = flags;
	for (i = 0; i < nr; i++)
		gm_targets_set_target(&r->targets, pfn + i, !i);
}

/* A page that belongs to the block before it. */
static void gm_block_grow(struct gm_collection *c, unsigned long pfn)
{
	struct gm_refs *r = c->r;

	c->next = pfn + 1;
	if (!c->fill || !r->nr || r->block[r->nr - 1].pfn != c->first)
		return;
	r->block[r->nr - 1].less++;
	gm_targets_set_target(&r->targets, pfn, false);
}

static void gm_decoy_choose(struct gm_collection *c, unsigned long pfn, unsigned long nr)
{
	u64 from = c->free, which;

	c->free += nr;
	if (!c->fill)
		return;
	for (; c->decoy < c->free; c->decoy += 1 + c->every / 2 + get_random_u32() % c->every) {
		which = c->decoy - from;
		/* The first page of a free block is in a list of such: it has true references. */
		if (which || nr == 1)
			gm_block_add(c, pfn + which, 1, GHOSTMEM_GHOST_PAGES, GM_BLOCK_DECOY);
	}
}

static bool gm_run_collect(void *priv, unsigned long pfn, struct page *page,
			   const struct gm_page_run *run)
{
	unsigned int kind = gm_ghost_kind(run);
	struct gm_collection *c = priv;
	unsigned long nr = min_t(unsigned long, run->nr, GM_BLOCK_NR_MAX);
	bool alone = run->nr == 1 && !PageCompound(page);

	if (c->fill && gm_targets_is_known(&c->r->targets, pfn)) {
		c->first = 0;
		return true;
	}
	if (run->class == GHOSTMEM_PAGE_FREE) {
		gm_decoy_choose(c, pfn, run->nr);
	} else if (run->class == GHOSTMEM_PAGE_TAIL) {
		if (c->first && pfn == c->next && pfn < c->limit && !gm_in_list(page)) {
			gm_block_grow(c, pfn);
			return true;
		}
	} else if (kind < GHOSTMEM_GHOST_KINDS && alone) {
		gm_block_add(c, pfn, 1, kind, 0);
		c->first = pfn;
		c->next = pfn + 1;
		c->limit = pfn + min(pfn ? BIT(__ffs(pfn)) : 1, BIT(GM_MAX_ORDER));
		return true;
	} else if (kind < GHOSTMEM_GHOST_KINDS && PageCompound(page)) {
		gm_block_add(c, pfn, nr, kind, GM_BLOCK_COMPOUND);
	} else if (kind < GHOSTMEM_GHOST_KINDS) {
		/* A run of single pages that belonged to processes. */
		for (nr = 0; nr < run->nr; nr++)
			gm_block_add(c, pfn + nr, 1, kind, 0);
	}
	c->first = 0;
	return true;
}

static bool gm_step_collect(void *priv, unsigned long pfn)
{
	struct gm_collection *c = priv;

	WRITE_ONCE(c->r->done, pfn);
	return gm_pace(&c->r->pace);
}

bool gm_ghosts_count(struct gm_refs *r, u64 *nr)
{
	struct gm_collection c = { .r = r };
	bool go_on = gm_guard_walk(&r->guard, gm_step_collect, gm_run_collect, &c);

	*nr = c.found;
	return go_on;
}

bool gm_ghosts_collect(struct gm_refs *r)
{
	struct gm_collection c = { .r = r, .fill = true };
	struct sysinfo info;

	si_meminfo(&info);
	c.every = clamp_t(u64, info.freeram / GM_DECOYS, 2, U32_MAX);
	c.decoy = get_random_u32() % c.every;
	if (!gm_guard_walk(&r->guard, gm_step_collect, gm_run_collect, &c))
		return false;
	if (gm_targets_number(&r->targets) != r->nr)
		r->limits |= GHOSTMEM_LIMIT_BLOCKS;
	return true;
}

/* Whether @pfn is free: in a block of the buddy allocator that may begin before it. */
static bool gm_is_free(struct gm_refs *r, unsigned long pfn)
{
	unsigned int order;
	struct page *page;
	bool found = false;

	for (order = 0; order <= GM_MAX_ORDER && !found; order++) {
		page = gm_guard_enter(&r->guard, ALIGN_DOWN(pfn, BIT(order)));
		if (!page)
			continue;
		found = PageBuddy(page) && READ_ONCE(page->private) >= order;
		gm_guard_leave(&r->guard);
	}
	return found;
}

static bool gm_is_same(struct gm_refs *r, const struct gm_ghost *block)
{
	struct page *page = gm_guard_enter(&r->guard, block->pfn);
	struct gm_page_run run;
	u64 unsettled = 0;
	bool same;

	if (!page)
		return false;
	run = gm_page_run_at(block->pfn, page, 1, &unsettled);
	same = gm_ghost_kind(&run) == block->kind &&
	       !!(block->flags & GM_BLOCK_COMPOUND) == !!PageCompound(page) &&
	       (!PageCompound(page) || run.nr == gm_block_pages(block));
	gm_guard_leave(&r->guard);
	return same;
}

bool gm_ghosts_recheck(struct gm_refs *r)
{
	u32 i;

	for (i = 0; i < r->nr; i++) {
		struct gm_ghost *block = &r->block[i];

		if (block->flags & GM_BLOCK_DECOY ? !gm_is_free(r, block->pfn) :
		    !(block->flags & GM_BLOCK_HELD) &&
		    (gm_targets_is_known(&r->targets, block->pfn) || !gm_is_same(r, block)))
			block->flags |= GM_BLOCK_GONE;
		if (!gm_pace(&r->pace))
			return false;
	}
	return true;
}
