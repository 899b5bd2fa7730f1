// SPDX-License-Identifier: GPL-2.0
#include <linux/gfp.h>
#include <linux/mm.h>

#include "census/claims.h"

#define GM_CLAIM_GFP		(GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN)
#define GM_CLAIM_SHARED_BIT	BIT(31)
#define GM_CLAIM_LEAF		(PAGE_SIZE / sizeof(u32))

void gm_claims_init(struct gm_claims *claims, struct gm_arena *arena)
{
	xa_init(&claims->leaves);
	xa_init(&claims->objects);
	claims->arena = arena;
}

void gm_claims_destroy(struct gm_claims *claims)
{
	unsigned long index;
	void *entry;

	/* xa_destroy() would do this with interrupts off. */
	xa_for_each(&claims->leaves, index, entry) {
		xa_erase(&claims->leaves, index);
		free_page((unsigned long)entry);
		cond_resched();
	}
	xa_for_each(&claims->objects, index, entry) {
		xa_erase(&claims->objects, index);
		cond_resched();
	}
}

static u32 *gm_claims_leaf(struct gm_claims *claims, unsigned long index)
{
	u32 *leaf = xa_load(&claims->leaves, index);

	if (leaf)
		return leaf;
	if (!gm_arena_charge(claims->arena, PAGE_SIZE))
		return NULL;
	leaf = (u32 *)get_zeroed_page(GM_CLAIM_GFP);
	if (leaf && xa_err(xa_store(&claims->leaves, index, leaf, GM_CLAIM_GFP))) {
		free_page((unsigned long)leaf);
		leaf = NULL;
	}
	return leaf;
}

enum gm_claim gm_claim_pfn(struct gm_claims *claims, unsigned long pfn, u32 owner, u32 *other)
{
	u32 *leaf = gm_claims_leaf(claims, pfn / GM_CLAIM_LEAF);
	u32 *claim, had;

	if (!leaf)
		return GM_CLAIM_NO_MEMORY;
	claim = &leaf[pfn % GM_CLAIM_LEAF];
	had = *claim;
	if ((had & ~GM_CLAIM_SHARED_BIT) == owner)
		return GM_CLAIM_AGAIN;
	if (!had) {
		*claim = owner;
		return GM_CLAIM_FIRST;
	}
	*claim = owner | GM_CLAIM_SHARED_BIT;
	if (had & GM_CLAIM_SHARED_BIT)
		return GM_CLAIM_SHARED;
	*other = had;
	return GM_CLAIM_NEWLY_SHARED;
}

enum gm_claim gm_claim_object(struct gm_claims *claims, unsigned long address, u32 owner)
{
	/* Slab objects are aligned to at least 8 bytes; an xarray works best with dense indices. */
	unsigned long index = address >> 3;
	void *had = xa_load(&claims->objects, index);

	if (had && xa_to_value(had) == owner)
		return GM_CLAIM_AGAIN;
	if (!had && !gm_arena_charge(claims->arena, sizeof(struct xa_node)))
		return GM_CLAIM_NO_MEMORY;
	if (xa_err(xa_store(&claims->objects, index, xa_mk_value(owner), GM_CLAIM_GFP)))
		return GM_CLAIM_NO_MEMORY;
	return had ? GM_CLAIM_SHARED : GM_CLAIM_FIRST;
}
