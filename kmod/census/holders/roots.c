// SPDX-License-Identifier: GPL-2.0
/*
 * The roots. See roots.h.
 *
 * Memory is read through the direct map, after its frame was found to be RAM that is online and in
 * order, and never by its address in vmalloc's range: by the time of the access, that address may
 * belong to a device.
 */
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched/task_stack.h>

#include "census/holders/refs.h"
#include "census/holders/roots.h"
#include "census/holders/tables.h"
#include "census/holders/words.h"

/* A CPU's part of the first chunk of per-CPU memory is not larger. */
#define GM_PERCPU_UNIT	(2UL << 20)

static unsigned long gm_direct_address(unsigned long pfn)
{
	return (unsigned long)__va(PFN_PHYS(pfn));
}

static void gm_slab_scan(struct gm_refs *r, struct page *page, unsigned long nr)
{
	struct gm_place place = { .kind = GHOSTMEM_HOLDER_SLAB };
	const struct gm_slab *slab = &r->slab;
	u32 from, to;

	if (!gm_slab_open(&r->slub, &r->slab, page, nr))
		return;
	place.base = slab->base;
	place.key = slab->cache;
	place.stride = slab->stride;
	for (from = 0; gm_slab_next(slab, &from, &to); from = to)
		gm_refs_scan(r, &place, slab->base + (unsigned long)from * slab->stride,
			     slab->base + (unsigned long)to * slab->stride);
}

/* Whether @address is in the part of some CPU of the first chunk of per-CPU memory. */
static bool gm_is_percpu(unsigned long address)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		/* The variable may lie anywhere in that part. */
		unsigned long near = (unsigned long)per_cpu_ptr(&this_cpu_off, cpu);

		if (address - near + GM_PERCPU_UNIT < 2 * GM_PERCPU_UNIT)
			return true;
	}
	return false;
}

/* Memory that was allocated during boot. What is reserved may also be no memory at all. */
static void gm_reserved_scan(struct gm_refs *r, unsigned long pfn, struct page *page)
{
	struct gm_place place = { .kind = GHOSTMEM_HOLDER_BOOT };

	if (gm_targets_is_known(&r->targets, pfn) || PageHWPoison(page) || !page_is_ram(pfn))
		return;
	place.base = gm_direct_address(pfn);
	if (gm_is_percpu(place.base))
		place.kind = GHOSTMEM_HOLDER_PERCPU;
	gm_refs_scan(r, &place, place.base, place.base + PAGE_SIZE);
}

static bool gm_run_roots(void *priv, unsigned long pfn, struct page *page,
			 const struct gm_page_run *run)
{
	if (run->class == GHOSTMEM_PAGE_SLAB)
		gm_slab_scan(priv, page, run->nr);
	else if (run->class == GHOSTMEM_PAGE_RESERVED)
		gm_reserved_scan(priv, pfn, page);
	return true;
}

static bool gm_step_roots(void *priv, unsigned long pfn)
{
	struct gm_refs *r = priv;

	WRITE_ONCE(r->done, pfn);
	return gm_pace(&r->pace);
}

/* The part of a stack that is in use. */
static bool gm_stack_place(struct gm_refs *r, struct gm_place *place, unsigned long address,
			   unsigned long *skip)
{
	const struct gm_stack_use *stack = gm_stacks_find(&r->stacks, address);

	if (!stack || stack->own || stack->used >= address + PAGE_SIZE ||
	    stack->start == (unsigned long)task_stack_page(&init_task))
		return false;
	*skip = stack->used > address ? stack->used - address : 0;
	place->kind = GHOSTMEM_HOLDER_STACK;
	place->key = stack->pid;
	place->virt = address;
	return true;
}

/* Chooses the kind of place of a page that is mapped at @address, in vmalloc's range. */
static bool gm_extent_place(struct gm_refs *r, struct gm_place *place, unsigned long address,
			    unsigned long *skip)
{
	u32 number = gm_extents_find(&r->extents, address);

	*skip = 0;
	/* Mapped after the extents were found: the memory of somebody who came late. */
	if (number == GM_NO_EXTENT)
		return false;
	place->key = number;
	r->extents.extent[number].seen = r->pass;
	switch (r->extents.extent[number].kind) {
	case GM_EXTENT_VMALLOC:
		place->kind = GHOSTMEM_HOLDER_VMALLOC;
		return true;
	case GM_EXTENT_VMAP:
		place->kind = GHOSTMEM_HOLDER_VMAP;
		return true;
	case GM_EXTENT_PERCPU:
		place->kind = GHOSTMEM_HOLDER_PERCPU;
		return true;
	case GM_EXTENT_STACK:
		return gm_stack_place(r, place, address, skip);
	default:
		return false;
	}
}

static void gm_mapped_scan(struct gm_refs *r, unsigned long entry, unsigned long address,
			   unsigned long pfn)
{
	struct gm_place place = {};
	unsigned long skip = 0;

	if (address - r->ranges.vmalloc < r->ranges.vmalloc_bytes) {
		if (!gm_extent_place(r, &place, address, &skip))
			return;
	} else if (entry & _PAGE_NX) {
		place.kind = address >= MODULES_VADDR ? GHOSTMEM_HOLDER_MODULE :
							GHOSTMEM_HOLDER_KERNEL;
		place.virt = address;
	} else {
		/* Code holds no references. */
		return;
	}
	/* What is only mapped there is somebody's ghost, and held by this mapping. */
	if (place.kind == GHOSTMEM_HOLDER_VMAP) {
		gm_refs_frame(r, &place, pfn);
		return;
	}
	place.base = gm_direct_address(pfn);
	gm_refs_scan(r, &place, place.base + skip, place.base + PAGE_SIZE);
}

/* A mapped page of RAM is looked at if nobody else does: of the image, if it is still reserved. */
static bool gm_leaf_scan(void *priv, unsigned long entry, unsigned long address, unsigned long nr)
{
	bool image = address >= __START_KERNEL_map && address < MODULES_VADDR;
	unsigned long i, pfn = gm_entry_pfn(entry);
	struct gm_refs *r = priv;
	struct page *page;

	for (i = 0; i < nr; i++) {
		page = gm_guard_enter(&r->guard, pfn + i);
		if (page) {
			if (!PageHWPoison(page) && !PageOffline(page) &&
			    (!image || PageReserved(page)))
				gm_mapped_scan(r, entry, address + (i << PAGE_SHIFT), pfn + i);
			gm_guard_leave(&r->guard);
		}
		if (!gm_pace(&r->pace))
			return false;
	}
	return true;
}

/*
 * Stacks that are not in vmalloc's range, of kernels without VMAP_STACK, are ghost memory. They are
 * looked through here, like other stacks, and not where blocks are followed.
 */
static bool gm_stacks_scan(struct gm_refs *r)
{
	unsigned long address, skip;
	struct gm_place place = {};
	u32 i;

	for (i = 0; i < r->stacks.nr; i++) {
		address = r->stacks.stack[i].start;
		if (!gm_is_direct(address))
			continue;
		for (; address < r->stacks.stack[i].start + THREAD_SIZE; address += PAGE_SIZE) {
			if (!gm_guard_enter(&r->guard, PHYS_PFN(__pa(address))))
				continue;
			place.base = address;
			if (gm_stack_place(r, &place, address, &skip))
				gm_refs_scan(r, &place, address + skip, address + PAGE_SIZE);
			gm_guard_leave(&r->guard);
		}
		if (!gm_pace(&r->pace))
			return false;
	}
	return true;
}

static bool gm_table_pass(void *priv, unsigned long pfn)
{
	return true;
}

bool gm_roots_scan(struct gm_refs *r)
{
	struct gm_table_walk walk = {
		.root = r->root,
		.targets = &r->targets,
		.depth = UINT_MAX,
		.table = gm_table_pass,
		.leaf = gm_leaf_scan,
		.priv = r,
	};

	r->pass++;
	return gm_guard_walk(&r->guard, gm_step_roots, gm_run_roots, r) &&
	       gm_stacks_scan(r) &&
	       gm_tables_walk(&walk, VMALLOC_START, VMALLOC_END) &&
	       gm_tables_walk(&walk, __START_KERNEL_map, MODULES_END - 1);
}

/*
 * Words of struct page by which pages are chained: the list head, and what owners of pages keep in
 * its place, such as zsmalloc.
 */
static void gm_page_words(struct gm_refs *r, u32 from, const struct page *page)
{
	struct gm_place place = { .kind = GHOSTMEM_HOLDER_PAGE, .key = from };
	const unsigned long *word = (const unsigned long *)page;
	unsigned int i;

	for (i = offsetof(struct page, lru) / sizeof(*word);
	     i <= offsetof(struct page, private) / sizeof(*word); i++)
		gm_refs_word(r, &place, 0, READ_ONCE(word[i]));
}

/* Counts the words of a block that may refer to anything, and those that refer to a target. */
static bool gm_is_pure(struct gm_refs *r, unsigned long start, unsigned long end)
{
	unsigned long at, value, pointers = 0, hits = 0;
	bool base;

	for (at = start; at < end; at += sizeof(value)) {
		if (!(at & ~PAGE_MASK))
			cond_resched();
		if (!gm_word_read(&value, at))
			return false;
		if (value - r->ranges.direct >= r->ranges.direct_bytes &&
		    value - r->ranges.memmap >= r->ranges.memmap_bytes)
			continue;
		pointers++;
		hits += gm_refs_block(r, value, &base) != GM_NO_BLOCK;
	}
	return 2 * hits >= pointers;
}

/* How much of a block's content is looked at, in bytes. */
static unsigned long gm_content_bytes(struct gm_refs *r, const struct gm_ghost *block)
{
	unsigned long start = gm_direct_address(block->pfn);
	unsigned long bytes = gm_block_pages(block) << PAGE_SHIFT;

	/* What belongs to processes, or to packets, is none of our business. */
	if (block->kind != GHOSTMEM_GHOST_PAGES && block->kind != GHOSTMEM_GHOST_LARGE_KMALLOC)
		return 0;
	/* Stacks are roots. */
	if (gm_stacks_find(&r->stacks, start))
		return 0;
	if (r->follow)
		return bytes;
	/* Pages are not zeroed: what they held in former lives is still there. */
	if (block->flags & GM_BLOCK_COMPOUND && gm_is_pure(r, start, start + bytes))
		return bytes;
	return 2 * sizeof(long);
}

bool gm_block_scan(void *priv, u32 from)
{
	struct gm_place place = { .kind = GHOSTMEM_HOLDER_BLOCK, .key = from };
	struct gm_refs *r = priv;
	const struct gm_ghost *block = &r->block[from];
	struct page *page;

	WRITE_ONCE(r->done, r->done + 1);
	/* A decoy refers to nothing: its content is whatever was there before. */
	if (block->flags & (GM_BLOCK_DECOY | GM_BLOCK_GONE))
		return true;
	page = gm_guard_enter(&r->guard, block->pfn);
	if (page) {
		gm_page_words(r, from, page);
		place.base = gm_direct_address(block->pfn);
		if (!PageHWPoison(page))
			gm_refs_scan(r, &place, place.base,
				     place.base + gm_content_bytes(r, block));
		gm_guard_leave(&r->guard);
	}
	return gm_pace(&r->pace);
}
