// SPDX-License-Identifier: GPL-2.0
/*
 * References. See refs.h.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "census/holders/names.h"
#include "census/holders/refs.h"
#include "census/holders/words.h"

/* Groups of one slab cache that have an offset of their own. */
#define GM_CACHE_GROUPS	16

static_assert(sizeof(struct page) == 64);

void gm_refs_set_ranges(struct gm_refs *r, unsigned long end)
{
	r->ranges.direct = PAGE_OFFSET;
	r->ranges.direct_bytes = end << PAGE_SHIFT;
	r->ranges.vmalloc = VMALLOC_START;
	r->ranges.vmalloc_bytes = VMALLOC_END - VMALLOC_START;
	r->ranges.memmap = VMEMMAP_START;
	r->ranges.memmap_bytes = end * sizeof(struct page);
}

/*
 * Whether @offset from the start of a struct page is one that references have: the page itself,
 * with up to two tag bits, or the list head in it.
 */
static bool gm_refers_to_page(unsigned long offset)
{
	return offset <= 3 || offset == offsetof(struct page, lru);
}

u32 gm_refs_block(const struct gm_refs *r, unsigned long value, bool *base)
{
	unsigned long offset = value - r->ranges.direct;

	*base = false;
	if (offset < r->ranges.direct_bytes) {
		*base = !(offset & ~PAGE_MASK);
		return gm_targets_block(&r->targets, offset >> PAGE_SHIFT);
	}
	offset = value - r->ranges.memmap;
	if (offset < r->ranges.memmap_bytes && gm_refers_to_page(offset % sizeof(struct page)))
		return gm_targets_block(&r->targets, offset / sizeof(struct page));
	return GM_NO_BLOCK;
}

static u16 gm_group_of_slab(struct gm_refs *r, const struct gm_place *place, unsigned long at)
{
	struct gm_groups *g = &r->groups;
	u32 offset = (at - place->base) % place->stride;
	struct gm_group *group;
	bool made;
	u16 all, id;

	/* An array, or a tree's node, refers from each of its entries: these are one group. */
	all = gm_groups_get(g, GHOSTMEM_HOLDER_SLAB, place->key, GM_OFFSET_ANY, 0, &made);
	group = &g->group[all];
	if (made)
		gm_cache_name(&r->slub, place->key, group->name, sizeof(group->name));
	if (!group->key)
		return all;
	id = all;
	if (group->members < GM_CACHE_GROUPS) {
		id = gm_groups_get(g, GHOSTMEM_HOLDER_SLAB, place->key, offset, 0, &made);
		if (made) {
			group->members++;
			strscpy(g->group[id].name, group->name, sizeof(group->name));
		}
	} else {
		id = gm_groups_find(g, GHOSTMEM_HOLDER_SLAB, place->key, offset, 0) ?: all;
	}
	gm_name_content(r, &g->group[id], at - offset, at - offset + place->stride);
	if (id != all)
		gm_name_content(r, group, at - offset, at - offset + place->stride);
	return id;
}

static u16 gm_group_of_variable(struct gm_refs *r, const struct gm_place *place, unsigned long at)
{
	unsigned long address = at - place->base + place->virt;
	u16 id = gm_groups_variable(&r->groups, place->kind, address);
	struct gm_name_range range;
	char name[GM_GROUP_NAME];
	bool made;

	if (id)
		return id;
	if (!gm_name_symbol(r, address, name, sizeof(name), &range)) {
		range.start = address & PAGE_MASK;
		range.end = range.start + PAGE_SIZE;
	}
	id = gm_groups_get(&r->groups, place->kind, range.start, GM_OFFSET_ANY, 0, &made);
	if (made) {
		r->groups.group[id].end = range.end;
		strscpy(r->groups.group[id].name, name, sizeof(name));
	}
	return id;
}

static u16 gm_group_of_extent(struct gm_refs *r, const struct gm_place *place)
{
	struct gm_group *group;
	bool made;
	u16 id;

	/* Keys begin at 1, because the group with key 0 is the one for all others. */
	id = gm_groups_get(&r->groups, place->kind, place->key + 1, GM_OFFSET_ANY, 0, &made);
	group = &r->groups.group[id];
	if (made && r->extents.extent[place->key].caller)
		gm_name_caller(r, r->extents.extent[place->key].caller, group->name,
			       sizeof(group->name));
	return id;
}

static u16 gm_group_of_stack(struct gm_refs *r, const struct gm_place *place)
{
	const struct gm_stack_use *stack;
	bool made;
	u16 id;

	id = gm_groups_get(&r->groups, place->kind, place->key, GM_OFFSET_ANY, 0, &made);
	stack = made ? gm_stacks_find(&r->stacks, place->virt) : NULL;
	if (stack)
		strscpy(r->groups.group[id].name, stack->comm, GM_GROUP_NAME);
	return id;
}

static u16 gm_group_of(struct gm_refs *r, const struct gm_place *place, unsigned long at)
{
	bool made;

	switch (place->kind) {
	case GHOSTMEM_HOLDER_SLAB:
		return gm_group_of_slab(r, place, at);
	case GHOSTMEM_HOLDER_MODULE:
	case GHOSTMEM_HOLDER_KERNEL:
		return gm_group_of_variable(r, place, at);
	case GHOSTMEM_HOLDER_VMALLOC:
	case GHOSTMEM_HOLDER_VMAP:
		return gm_group_of_extent(r, place);
	case GHOSTMEM_HOLDER_STACK:
		return gm_group_of_stack(r, place);
	case GHOSTMEM_HOLDER_BLOCK:
	case GHOSTMEM_HOLDER_PAGE:
		return gm_groups_get(&r->groups, place->kind, 0, GM_OFFSET_ANY,
				     gm_groups_root(&r->groups,
						    r->block[place->key].candidate[0]), &made);
	default:
		return gm_groups_get(&r->groups, place->kind, 0, GM_OFFSET_ANY, 0, &made);
	}
}

/* Whether the object is the struct vm_struct of @extent, or looks the same. */
static bool gm_is_vm_struct(const struct gm_extent *extent, unsigned long object)
{
	unsigned long size, flags;

	return gm_word_read(&size, object + offsetof(struct vm_struct, size)) &&
	       gm_word_read(&flags, object + offsetof(struct vm_struct, flags)) &&
	       (extent->size ? size == extent->size :
			       size && size <= extent->end - extent->start + PAGE_SIZE) &&
	       flags && !(flags >> 16);
}

/* Whether the object begins with two addresses of vmalloc's range, as struct vmap_area does. */
static bool gm_is_vmap_area(const struct gm_refs *r, unsigned long object)
{
	unsigned long start, end;

	return gm_word_read(&start, object) && gm_word_read(&end, object + sizeof(long)) &&
	       IS_ALIGNED(start, PAGE_SIZE) && IS_ALIGNED(end, PAGE_SIZE) && start < end &&
	       start - r->ranges.vmalloc < r->ranges.vmalloc_bytes &&
	       end - r->ranges.vmalloc <= r->ranges.vmalloc_bytes;
}

/*
 * Whether the word at @at is vmalloc's own note about @extent. The end of an area, without a gap,
 * is the start of the next one.
 */
static bool gm_is_note(const struct gm_refs *r, const struct gm_place *place,
		       const struct gm_extent *extent, unsigned long at)
{
	unsigned long offset = (at - place->base) % place->stride;

	if (place->stride < sizeof(struct vmap_area))
		return false;
	if (offset == offsetof(struct vm_struct, addr) && gm_is_vm_struct(extent, at - offset))
		return true;
	return (offset == 0 || offset == sizeof(long)) && gm_is_vmap_area(r, at - offset);
}

static void gm_refs_extent(struct gm_refs *r, const struct gm_place *place, unsigned long at,
			   unsigned long value)
{
	u32 number = gm_extents_find(&r->extents, value);
	struct gm_extent *extent;

	if (number == GM_NO_EXTENT)
		return;
	extent = &r->extents.extent[number];
	if (extent->kind != GM_EXTENT_VMALLOC)
		return;
	if (place->kind == GHOSTMEM_HOLDER_VMALLOC && place->key == number)
		return;
	if (place->kind == GHOSTMEM_HOLDER_SLAB && gm_is_note(r, place, extent, at))
		return;
	gm_candidates_add(&r->groups, extent->candidate, gm_group_of(r, place, at));
}

static void gm_refs_note(struct gm_refs *r, const struct gm_place *place, unsigned long at,
			 u32 number, bool base)
{
	struct gm_ghost *block = &r->block[number];

	if (base)
		block->flags |= GM_BLOCK_BASE;
	if (place->kind == GHOSTMEM_HOLDER_BLOCK || place->kind == GHOSTMEM_HOLDER_PAGE)
		gm_closure_reach(&r->closure, place->key, number, place->kind);
	else
		gm_candidates_add(&r->groups, block->candidate, gm_group_of(r, place, at));
}

void gm_refs_word(struct gm_refs *r, const struct gm_place *place, unsigned long at,
		  unsigned long value)
{
	bool base;
	u32 number;

	if (value - r->ranges.vmalloc < r->ranges.vmalloc_bytes) {
		gm_refs_extent(r, place, at, value);
		return;
	}
	number = gm_refs_block(r, value, &base);
	if (number != GM_NO_BLOCK)
		gm_refs_note(r, place, at, number, base);
}

void gm_refs_frame(struct gm_refs *r, const struct gm_place *place, unsigned long pfn)
{
	u32 number = gm_targets_block(&r->targets, pfn);

	if (number != GM_NO_BLOCK)
		gm_refs_note(r, place, 0, number, false);
}

/* Looks through at most a page. Returns the address to go on at. */
static unsigned long gm_refs_part(struct gm_refs *r, const struct gm_place *place,
				  unsigned long from, unsigned long to)
{
	const unsigned long low = r->ranges.direct;
	const unsigned long span = r->ranges.memmap + r->ranges.memmap_bytes - low;
	unsigned long value;
	struct gm_quad q;

	for (; to - from >= GM_QUAD; from += GM_QUAD) {
		if (!gm_quad_read(&q, from))
			return to;
		if (likely(q.a - low >= span && q.b - low >= span && q.c - low >= span &&
			   q.d - low >= span))
			continue;
		gm_refs_word(r, place, from, q.a);
		gm_refs_word(r, place, from + 8, q.b);
		gm_refs_word(r, place, from + 16, q.c);
		gm_refs_word(r, place, from + 24, q.d);
	}
	for (; from < to; from += sizeof(value)) {
		if (!gm_word_read(&value, from))
			return to;
		if (value - low < span)
			gm_refs_word(r, place, from, value);
	}
	return to;
}

void gm_refs_scan(struct gm_refs *r, const struct gm_place *place, unsigned long from,
		  unsigned long to)
{
	while (from < to) {
		from = gm_refs_part(r, place, from, min(to, (from & PAGE_MASK) + PAGE_SIZE));
		cond_resched();
	}
}
