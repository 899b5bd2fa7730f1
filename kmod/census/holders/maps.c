// SPDX-License-Identifier: GPL-2.0
/*
 * What the page tables say. See maps.h.
 */
#include <linux/kasan.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "census/holders/maps.h"
#include "census/holders/names.h"
#include "census/holders/refs.h"
#include "census/holders/tables.h"
#include "census/holders/words.h"

/* Extents that are made while the search runs, by itself and others. */
#define GM_EXTENTS_SPARE	1024

struct gm_extent_count {
	unsigned long end;
	u32 nr;
};

static bool gm_table_ignore(void *priv, unsigned long pfn)
{
	return true;
}

static bool gm_leaf_count(void *priv, unsigned long entry, unsigned long address, unsigned long nr)
{
	struct gm_extent_count *count = priv;

	if (address != count->end)
		count->nr++;
	count->end = address + (nr << PAGE_SHIFT);
	return true;
}

u32 gm_maps_count(struct gm_refs *r)
{
	struct gm_extent_count count = {};
	struct gm_table_walk walk = {
		.root = r->root,
		.targets = &r->targets,
		.depth = UINT_MAX,
		.table = gm_table_ignore,
		.leaf = gm_leaf_count,
		.priv = &count,
	};

	gm_tables_walk(&walk, VMALLOC_START, VMALLOC_END);
	return min(count.nr, GM_EXTENTS_MAX) + count.nr / 8 + GM_EXTENTS_SPARE;
}

static bool gm_table_mark(void *priv, unsigned long pfn)
{
	struct gm_refs *r = priv;

	gm_targets_set_known(&r->targets, pfn);
	return gm_pace(&r->pace);
}

static bool gm_leaf_extent(void *priv, unsigned long entry, unsigned long address,
			   unsigned long nr)
{
	struct gm_refs *r = priv;

	gm_extents_add(&r->extents, address, address + (nr << PAGE_SHIFT));
	return true;
}

static void gm_frames_mark(struct gm_refs *r, unsigned long pfn, unsigned long nr)
{
	unsigned long i;

	/* A large mapping can cover more than there is memory. */
	for (i = 0; i < nr; i++) {
		if (i % PAGES_PER_SUBSECTION == 0)
			cond_resched();
		gm_targets_set_known(&r->targets, pfn + i);
	}
}

static bool gm_leaf_mark(void *priv, unsigned long entry, unsigned long address, unsigned long nr)
{
	gm_frames_mark(priv, gm_entry_pfn(entry), nr);
	return true;
}

/* Marks what vmalloc() allocated. Pages that were only mapped there are as good as any other. */
static bool gm_leaf_mark_extent(void *priv, unsigned long entry, unsigned long address,
				unsigned long nr)
{
	struct gm_refs *r = priv;
	u32 number = gm_extents_find(&r->extents, address);

	if (number != GM_NO_EXTENT && r->extents.extent[number].kind != GM_EXTENT_VMAP)
		gm_frames_mark(r, gm_entry_pfn(entry), nr);
	return true;
}

/*
 * Whether a large mapping of the image is one of the image itself: init code, and gaps between
 * sections, have been freed and are ordinary memory by now. Their frames are not reserved.
 */
static bool gm_leaf_mark_image(void *priv, unsigned long entry, unsigned long address,
			       unsigned long nr)
{
	unsigned long i, pfn = gm_entry_pfn(entry);
	struct gm_refs *r = priv;
	struct page *page;

	for (i = 0; i < nr; i++) {
		page = gm_guard_enter(&r->guard, pfn + i);
		if (!page)
			continue;
		if (PageReserved(page))
			gm_targets_set_known(&r->targets, pfn + i);
		gm_guard_leave(&r->guard);
		cond_resched();
	}
	return true;
}

/* What is found in a struct vm_struct. */
static void gm_extent_describe(struct gm_refs *r, u32 number, const struct vm_struct *vm)
{
	struct gm_extent *extent = &r->extents.extent[number];

	extent->size = vm->size;
	extent->caller = (unsigned long)vm->caller;
	if (vm->flags & VM_IOREMAP)
		extent->kind = GM_EXTENT_DEVICE;
	else if (!(vm->flags & VM_ALLOC))
		extent->kind = GM_EXTENT_VMAP;
}

static bool gm_vm_read(struct vm_struct *vm, unsigned long object)
{
	unsigned long word[4], caller;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(word); i++) {
		unsigned long value;

		if (!gm_word_read(&value, object + i * sizeof(value)))
			return false;
		word[i] = value;
	}
	if (!gm_word_read(&caller, object + offsetof(struct vm_struct, caller)))
		return false;
	BUILD_BUG_ON(offsetof(struct vm_struct, addr) != 1 * sizeof(long));
	BUILD_BUG_ON(offsetof(struct vm_struct, size) != 2 * sizeof(long));
	BUILD_BUG_ON(offsetof(struct vm_struct, flags) != 3 * sizeof(long));
	vm->addr = (void *)word[1];
	vm->size = word[2];
	vm->flags = word[3];
	vm->caller = (void *)caller;
	return true;
}

/* Objects of this size may be a struct vm_struct. */
static void gm_vm_look(struct gm_refs *r, unsigned long object)
{
	struct vm_struct vm;
	u32 number;

	if (!gm_vm_read(&vm, object))
		return;
	if ((unsigned long)vm.addr - r->ranges.vmalloc >= r->ranges.vmalloc_bytes ||
	    !vm.flags || vm.flags >> 16 || !IS_ALIGNED(vm.size, PAGE_SIZE))
		return;
	number = gm_extents_find(&r->extents, (unsigned long)vm.addr);
	if (number != GM_NO_EXTENT && r->extents.extent[number].start == (unsigned long)vm.addr)
		gm_extent_describe(r, number, &vm);
}

static bool gm_run_vm(void *priv, unsigned long pfn, struct page *page,
		      const struct gm_page_run *run)
{
	struct gm_refs *r = priv;
	u32 from, to = 0, stride;

	if (run->class != GHOSTMEM_PAGE_SLAB)
		return true;
	stride = gm_slab_stride(&r->slub, page);
	if (stride < sizeof(struct vm_struct) ||
	    stride >= 2 * roundup_pow_of_two(sizeof(struct vm_struct)) ||
	    !gm_slab_open(&r->slub, &r->slab, page, run->nr))
		return true;
	for (from = 0; gm_slab_next(&r->slab, &from, &to); from = to) {
		for (; from < to; from++)
			gm_vm_look(r, r->slab.base + (unsigned long)from * r->slab.stride);
	}
	cond_resched();
	return true;
}

static bool gm_step_plain(void *priv, unsigned long pfn)
{
	struct gm_refs *r = priv;

	return gm_pace(&r->pace);
}

static bool gm_is_own(const struct gm_refs *r, const struct gm_extent *extent)
{
	const void *own[] = {
		r->targets.leaf, r->targets.leaves, r->block, r->extents.extent, r->groups.group,
		r->closure.queue, r->stacks.stack,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(own); i++) {
		if (own[i] && extent->start == (unsigned long)own[i])
			return true;
	}
	return false;
}

/*
 * Stacks are told by the function that asks for them, which a thread's own stack tells. An extent
 * that nobody uses as a stack at present is kept for the next thread.
 */
static unsigned long gm_stack_caller(struct gm_refs *r)
{
	u32 i, number;

	for (i = 0; i < r->stacks.nr; i++) {
		number = gm_extents_find(&r->extents, r->stacks.stack[i].start);
		if (number != GM_NO_EXTENT && r->extents.extent[number].caller)
			return r->extents.extent[number].caller;
	}
	return 0;
}

static void gm_extents_judge(struct gm_refs *r)
{
	unsigned long stacks = gm_stack_caller(r), percpu = 0, other = 0;
	char name[GM_GROUP_NAME];
	u32 i;

	for (i = 0; i < r->extents.nr; i++) {
		struct gm_extent *extent = &r->extents.extent[i];

		if (gm_is_own(r, extent)) {
			extent->kind = GM_EXTENT_OWN;
		} else if (stacks && extent->caller == stacks) {
			extent->kind = GM_EXTENT_STACK;
		} else if (percpu && extent->caller == percpu) {
			extent->kind = GM_EXTENT_PERCPU;
		} else if (extent->caller && extent->caller != other &&
			   extent->kind == GM_EXTENT_VMALLOC) {
			gm_name_symbol(r, extent->caller, name, sizeof(name), NULL);
			if (!strncmp(name, "pcpu_", 5)) {
				percpu = extent->caller;
				extent->kind = GM_EXTENT_PERCPU;
			} else {
				other = extent->caller;
			}
		}
	}
}

bool gm_maps_mark_process(struct gm_refs *r, unsigned long root)
{
	struct gm_table_walk walk = {
		.root = root,
		.targets = &r->targets,
		/* The two lowest levels are marked as tables in struct page. */
		.depth = pgtable_l5_enabled() ? 3 : 2,
		.table = gm_table_mark,
		.priv = r,
	};

	gm_targets_set_known(&r->targets, PHYS_PFN(__pa(root)));
	/* With page table isolation, there is a second table right behind. */
	if (boot_cpu_has(X86_FEATURE_PTI))
		gm_targets_set_known(&r->targets, PHYS_PFN(__pa(root)) + 1);
	return gm_tables_walk(&walk, 0, BIT(pgtable_l5_enabled() ? 56 : 47) - 1);
}

bool gm_maps_mark_tables(struct gm_refs *r)
{
	struct gm_table_walk walk = {
		.root = r->root,
		.targets = &r->targets,
		/* All levels of tables, but not what the lowest one maps. */
		.depth = pgtable_l5_enabled() ? 4 : 3,
		.table = gm_table_mark,
		.priv = r,
	};

	return gm_tables_walk(&walk, 0 - BIT(pgtable_l5_enabled() ? 56 : 47), ULONG_MAX);
}

bool gm_maps_mark(struct gm_refs *r)
{
	struct gm_table_walk walk = {
		.root = r->root,
		.targets = &r->targets,
		.depth = UINT_MAX,
		.table = gm_table_mark,
		.priv = r,
	};

	walk.leaf = gm_leaf_extent;
	if (!gm_tables_walk(&walk, VMALLOC_START, VMALLOC_END) ||
	    !gm_guard_walk(&r->guard, gm_step_plain, gm_run_vm, r))
		return false;
	gm_extents_judge(r);
	walk.leaf = gm_leaf_mark_extent;
	if (!gm_tables_walk(&walk, VMALLOC_START, VMALLOC_END))
		return false;
	walk.leaf = gm_leaf_mark;
	if (!gm_tables_walk(&walk, r->ranges.memmap,
			    r->ranges.memmap + r->ranges.memmap_bytes - 1) ||
	    !gm_tables_walk(&walk, MODULES_VADDR, MODULES_END - 1))
		return false;
#ifdef CONFIG_KASAN_GENERIC
	/* KASAN's own memory, of which only page tables know. */
	if (!gm_tables_walk(&walk, KASAN_SHADOW_START, KASAN_SHADOW_END - 1))
		return false;
#endif
	walk.leaf = gm_leaf_mark_image;
	if (!gm_tables_walk(&walk, __START_KERNEL_map, MODULES_VADDR - 1))
		return false;
	/* All other tables: of the direct map, of KASAN's shadow, of small ranges. */
	return gm_maps_mark_tables(r);
}
