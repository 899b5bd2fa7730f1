// SPDX-License-Identifier: GPL-2.0
/*
 * The self-test of a search. See probes.h.
 *
 * No pointer to a block may lie about but the one that is to be found. So the blocks are kept here
 * by the complement of their page frame number, which refers to nothing.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "census/holders/probes.h"
#include "census/holders/refs.h"

/* Ways to be held. */
enum gm_probe_way {
	GM_PROBE_SLAB,		/* an address in an object of a slab */
	GM_PROBE_VMALLOC,	/* a struct page pointer in an array of vmalloc() */
	GM_PROBE_VARIABLE,	/* an address in a variable of this module */
	GM_PROBE_GHOST,		/* an address in the block that the variable holds */

	GM_PROBE_WAYS,
};

/* Blocks that are lost: a page, a compound page, a block that is none, and one that a freed object
 * still points to.
 */
#define GM_PROBES_LOST	4

/* A stale word of the kernel can refer to a block by chance, but not to several. */
#define GM_PROBES_MISJUDGED	1

#define GM_PROBE_WORDS	8

static const char * const gm_probe_unseen[GM_PROBE_WAYS] = {
	[GM_PROBE_SLAB] = "the self-test failed: a reference in a slab was not seen",
	[GM_PROBE_VMALLOC] = "the self-test failed: a reference in a vmalloc array was not seen",
	[GM_PROBE_VARIABLE] = "the self-test failed: a reference in a variable was not seen",
	[GM_PROBE_GHOST] = "the self-test failed: a reference in ghost memory was not seen",
};

struct gm_probe_block {
	unsigned long not_pfn;
	unsigned int order;
	u32 number;
};

/**
 * struct gm_probes - the blocks
 * @held:	by enum gm_probe_way
 * @lost:	the others
 * @object:	has the reference of GM_PROBE_SLAB
 * @array:	has the reference of GM_PROBE_VMALLOC
 * @cache:	had the object that was freed
 */
struct gm_probes {
	struct gm_probe_block held[GM_PROBE_WAYS];
	struct gm_probe_block lost[GM_PROBES_LOST];
	void **object;
	struct page **array;
	struct kmem_cache *cache;
};

static void *gm_probe_variable;

static struct page *gm_probe_page(const struct gm_probe_block *block)
{
	return pfn_to_page(~block->not_pfn);
}

static bool gm_probe_alloc(struct gm_probe_block *block, gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_NORETRY | __GFP_NOWARN |
					gfp, order);

	if (!page)
		return false;
	block->not_pfn = ~page_to_pfn(page);
	block->order = order;
	return true;
}

static void gm_probe_free(struct gm_probe_block *block)
{
	if (block->not_pfn)
		__free_pages(gm_probe_page(block), block->order);
}

/* Frees an object that points to a block. It goes back to its slab, out of the CPU's list. */
static bool gm_probe_leave_stale(struct gm_probes *probes)
{
	void *address = page_address(gm_probe_page(&probes->lost[3]));
	void **first, **second;
	unsigned int i;

	probes->cache = kmem_cache_create("ghostmem_probe_c", GM_PROBE_WORDS * sizeof(void *), 0,
					  SLAB_NOLEAKTRACE, NULL);
	if (!probes->cache)
		return false;
	first = kmem_cache_alloc(probes->cache, GFP_KERNEL);
	second = kmem_cache_alloc(probes->cache, GFP_KERNEL);
	for (i = 0; first && i < GM_PROBE_WORDS; i++)
		first[i] = address;
	/* The other one keeps the slab in place; it is freed with the cache. */
	probes->object = second ? kcalloc(GM_PROBE_WORDS, sizeof(void *), GFP_KERNEL) : NULL;
	if (probes->object)
		probes->object[1] = second;
	else if (second)
		kmem_cache_free(probes->cache, second);
	if (first)
		kmem_cache_free(probes->cache, first);
	kmem_cache_shrink(probes->cache);
	return first && probes->object;
}

static bool gm_probes_fill(struct gm_probes *probes)
{
	unsigned int i;
	void **variable;

	for (i = 0; i < GM_PROBE_WAYS; i++) {
		if (!gm_probe_alloc(&probes->held[i], 0, 0))
			return false;
	}
	if (!gm_probe_alloc(&probes->lost[0], 0, 0) ||
	    !gm_probe_alloc(&probes->lost[1], __GFP_COMP, 2) ||
	    !gm_probe_alloc(&probes->lost[2], 0, 1) || !gm_probe_alloc(&probes->lost[3], 0, 0))
		return false;
	probes->array = vzalloc(PAGE_SIZE);
	if (!probes->array || !gm_probe_leave_stale(probes))
		return false;
	probes->object[0] = page_address(gm_probe_page(&probes->held[GM_PROBE_SLAB]));
	probes->array[0] = gm_probe_page(&probes->held[GM_PROBE_VMALLOC]);
	variable = page_address(gm_probe_page(&probes->held[GM_PROBE_VARIABLE]));
	*variable = page_address(gm_probe_page(&probes->held[GM_PROBE_GHOST]));
	/* Nobody reads it, so the compiler would leave it out. */
	WRITE_ONCE(gm_probe_variable, variable);
	return true;
}

struct gm_probes *gm_probes_create(void)
{
	struct gm_probes *probes = kzalloc(sizeof(*probes), GFP_KERNEL);

	if (probes && !gm_probes_fill(probes)) {
		gm_probes_destroy(probes);
		return NULL;
	}
	return probes;
}

void gm_probes_destroy(struct gm_probes *probes)
{
	unsigned int i;

	if (!probes)
		return;
	WRITE_ONCE(gm_probe_variable, NULL);
	if (probes->object)
		kmem_cache_free(probes->cache, probes->object[1]);
	kfree(probes->object);
	kmem_cache_destroy(probes->cache);
	vfree(probes->array);
	for (i = 0; i < GM_PROBE_WAYS; i++)
		gm_probe_free(&probes->held[i]);
	for (i = 0; i < GM_PROBES_LOST; i++)
		gm_probe_free(&probes->lost[i]);
	kfree(probes);
}

/*
 * A page that is just being freed, right behind a single page, may be taken for a part of it; so only
 * too small a block is a failure.
 */
static bool gm_probe_mark(struct gm_probe_block *block, struct gm_refs *r)
{
	block->number = gm_targets_block(&r->targets, ~block->not_pfn);
	if (block->number == GM_NO_BLOCK)
		return false;
	r->block[block->number].flags |= GM_BLOCK_PROBE;
	return gm_block_pages(&r->block[block->number]) >= BIT(block->order);
}

bool gm_probes_mark(struct gm_probes *probes, struct gm_refs *r, const char **why)
{
	bool found = true;
	unsigned int i;

	for (i = 0; i < GM_PROBE_WAYS; i++)
		found &= gm_probe_mark(&probes->held[i], r);
	for (i = 0; i < GM_PROBES_LOST; i++)
		found &= gm_probe_mark(&probes->lost[i], r);
	if (!found)
		*why = "the self-test failed: a block was not recognized as ghost memory";
	return found;
}

bool gm_probes_check(const struct gm_probes *probes, const struct gm_refs *r, const char **why)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < GM_PROBE_WAYS; i++) {
		if (!(r->block[probes->held[i].number].flags & GM_BLOCK_HELD)) {
			*why = gm_probe_unseen[i];
			return false;
		}
	}
	for (i = 0; i < GM_PROBES_LOST; i++)
		wrong += !!(r->block[probes->lost[i].number].flags & GM_BLOCK_HELD);
	if (wrong > GM_PROBES_MISJUDGED)
		*why = "the self-test failed: a holder was found of blocks that nobody holds";
	return wrong <= GM_PROBES_MISJUDGED;
}
