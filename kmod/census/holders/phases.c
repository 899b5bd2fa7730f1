// SPDX-License-Identifier: GPL-2.0
/*
 * The phases of a search. See phases.h.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "census/holders/calibrate.h"
#include "census/holders/ghosts.h"
#include "census/holders/maps.h"
#include "census/holders/phases.h"
#include "census/holders/probes.h"
#include "census/holders/refs.h"
#include "census/holders/result.h"
#include "census/holders/roots.h"
#include "census/holders/runs.h"
#include "census/holders/tasks.h"
#include "tables/table_alloc.h"

/* The tables may take 1 of this many bytes that are available. */
#define GM_TABLES_SHARE		200

/* A small host may have to give a larger part, since some tables have a fixed size. */
#define GM_TABLES_LEAST		(16UL << 20)
#define GM_TABLES_SHARE_LEAST	50

/* Room for blocks that are allocated while the search begins. */
#define GM_BLOCKS_SPARE		4096

/* Room for threads that are started meanwhile. */
#define GM_STACKS_SPARE		256

/* A search under way, besides its tables. */
struct gm_phases {
	struct gm_refs *r;
	struct gm_probes *probes;
	unsigned long first;
	unsigned long end;
	u64 memory;
	char *why;
	size_t size;
};

static int gm_failed(struct gm_phases *p, int err, const char *why)
{
	strscpy(p->why, why, p->size);
	return err;
}

static unsigned long gm_sections_online(const struct gm_phases *p)
{
	unsigned long pfn, i, nr = 0;

	for (pfn = p->first; pfn < p->end; pfn += PAGES_PER_SECTION) {
		for (i = 0; i < PAGES_PER_SECTION; i += PAGES_PER_SUBSECTION) {
			if (pfn_to_online_page(pfn + i)) {
				nr++;
				break;
			}
		}
	}
	return nr;
}

static void gm_sections_cover(struct gm_phases *p)
{
	unsigned long pfn, i;

	for (pfn = p->first; pfn < p->end; pfn += PAGES_PER_SECTION) {
		for (i = 0; i < PAGES_PER_SECTION; i += PAGES_PER_SUBSECTION) {
			if (pfn_to_online_page(pfn + i)) {
				gm_targets_cover(&p->r->targets, pfn);
				break;
			}
		}
		cond_resched();
	}
}

/* Refuses a search whose tables would take too much of the memory that is left. */
static int gm_tables_allowed(struct gm_phases *p, u64 bytes)
{
	u64 available = (u64)max(si_mem_available(), 0L) << PAGE_SHIFT;
	u64 least = min_t(u64, available / GM_TABLES_SHARE_LEAST, GM_TABLES_LEAST);

	p->memory += bytes;
	if (p->memory <= max(available / GM_TABLES_SHARE, least))
		return 0;
	snprintf(p->why, p->size, "it would take %llu KiB of memory, and %llu KiB are available",
		 p->memory >> 10, available >> 10);
	return -ENOMEM;
}

static bool gm_task_count(void *priv, struct task_struct *task)
{
	u32 *nr = priv;

	(*nr)++;
	return true;
}

/* The page tables of all processes. Threads of a process, which share them, come in a row. */
struct gm_process_walk {
	struct gm_refs *r;
	const struct mm_struct *last;
	bool stacks;
};

static bool gm_task_mark(void *priv, struct task_struct *task)
{
	struct gm_process_walk *walk = priv;
	struct mm_struct *mm;
	bool go_on = true;

	if (walk->stacks)
		gm_stacks_add(&walk->r->stacks, task);
	task_lock(task);
	mm = task->flags & PF_KTHREAD ? NULL : task->mm;
	if (mm)
		mmgrab(mm);
	task_unlock(task);
	if (mm && mm != walk->last)
		go_on = gm_maps_mark_process(walk->r, (unsigned long)mm->pgd);
	walk->last = mm;
	if (mm)
		mmdrop(mm);
	return go_on && gm_pace(&walk->r->pace);
}

/* The frames, which the walks through page tables need. */
static int gm_phase_frames(struct gm_phases *p)
{
	unsigned long sections, room;
	struct gm_refs *r = p->r;

	gm_guard_span(&p->first, &p->end);
	sections = DIV_ROUND_UP(p->end - p->first, PAGES_PER_SECTION);
	room = gm_sections_online(p);
	if (gm_tables_allowed(p, gm_targets_bytes(sections, room)))
		return -ENOMEM;
	if (gm_targets_init(&r->targets, p->first, sections, room))
		return gm_failed(p, -ENOMEM, "not enough memory for the table of page frames");
	gm_sections_cover(p);
	gm_refs_set_ranges(r, p->end);
	return 0;
}

/* All other tables. They are allocated before the frames of vmalloc() are marked. */
static int gm_phase_tables(struct gm_phases *p)
{
	struct gm_refs *r = p->r;
	u32 threads = 0, extents;
	u64 blocks;

	if (!gm_ghosts_count(r, &blocks))
		return -EINTR;
	extents = gm_maps_count(r);
	gm_tasks_visit(gm_task_count, &threads);
	blocks += blocks / 16 + GM_DECOYS + GM_BLOCKS_SPARE;
	threads += threads / 4 + GM_STACKS_SPARE;
	r->room = min_t(u64, blocks, GM_NO_BLOCK - 1);
	if (gm_tables_allowed(p, r->room * sizeof(*r->block) +
				 extents * sizeof(*r->extents.extent) +
				 threads * sizeof(*r->stacks.stack) +
				 GM_GROUPS_MAX * sizeof(struct gm_group)))
		return -ENOMEM;
	r->block = __vmalloc((size_t)r->room * sizeof(*r->block), GM_GFP_ARM);
	r->closure.groups = &r->groups;
	r->closure.look = gm_block_scan;
	r->closure.priv = r;
	r->slab.free = kvmalloc(GM_SLAB_OBJECTS / BITS_PER_BYTE, GFP_KERNEL);
	if (!r->block || !r->slab.free || gm_extents_init(&r->extents, extents) ||
	    gm_stacks_init(&r->stacks, threads) || gm_groups_init(&r->groups) ||
	    gm_closure_init(&r->closure))
		return gm_failed(p, -ENOMEM, "not enough memory for the tables");
	r->closure.block = r->block;
	return 0;
}

static int gm_phase_calibrate(struct gm_phases *p)
{
	const char *why = "unknown reason";
	int err;

	/* First, so that it does not get pages that the calibration has just freed. */
	p->probes = gm_probes_create();
	if (!p->probes)
		return gm_failed(p, -ENOMEM, "not enough memory for the self-test");
	err = gm_calibrate(&p->r->slub, &why);
	if (err)
		return gm_failed(p, err, why);
	/* A kernel that does not zero pages leaves in them what earlier owners wrote. */
	p->r->follow = want_init_on_alloc(0);
	if (!p->r->follow)
		p->r->limits |= GHOSTMEM_LIMIT_CONTENT;
	if (!p->r->slub.cpu_known)
		p->r->limits |= GHOSTMEM_LIMIT_OBJECTS;
	return 0;
}

static int gm_phase_mark(struct gm_phases *p)
{
	struct gm_process_walk walk = { .r = p->r, .stacks = true };
	struct gm_refs *r = p->r;

	if (!gm_tasks_visit(gm_task_mark, &walk))
		return -EINTR;
	gm_stacks_sort(&r->stacks);
	if (!gm_maps_mark(r))
		return -EINTR;
	if (r->extents.overflown)
		r->limits |= GHOSTMEM_LIMIT_EXTENTS;
	if (r->stacks.overflown)
		r->limits |= GHOSTMEM_LIMIT_STACKS;
	return 0;
}

static u64 gm_pages_held(const struct gm_refs *r, u64 *targets)
{
	u64 held = 0;
	u32 i;

	*targets = 0;
	for (i = 0; i < r->nr; i++) {
		const struct gm_ghost *block = &r->block[i];

		if (i % 1024 == 0)
			cond_resched();
		if (block->flags & (GM_BLOCK_DECOY | GM_BLOCK_PROBE))
			continue;
		*targets += gm_block_pages(block);
		if (block->flags & GM_BLOCK_HELD)
			held += gm_block_pages(block);
	}
	return held;
}

static void gm_phase_report(const struct gm_refs *r)
{
	u64 targets, held = gm_pages_held(r, &targets);

	gm_search_amount(targets, held);
}

static int gm_phase_collect(struct gm_phases *p)
{
	const char *why;

	if (!gm_ghosts_collect(p->r))
		return -EINTR;
	p->r->closure.nr = p->r->nr;
	if (!gm_probes_mark(p->probes, p->r, &why))
		return gm_failed(p, -ENODEV, why);
	gm_phase_report(p->r);
	return 0;
}

static int gm_phase_pass(struct gm_phases *p, enum ghostmem_search_phase roots,
			 enum ghostmem_search_phase closure)
{
	struct gm_refs *r = p->r;

	gm_search_phase(r, roots, p->end);
	if (!gm_roots_scan(r))
		return -EINTR;
	gm_search_phase(r, closure, r->nr);
	if (!gm_closure_run(&r->closure))
		return -EINTR;
	gm_phase_report(r);
	return 0;
}

/*
 * Looks again for blocks without a holder, and for these alone: a reference may have moved past the
 * search, from memory that it had not reached yet to memory that it had. Decoys are not looked for
 * again. Blocks that are held are looked at again.
 */
static int gm_phase_again(struct gm_phases *p)
{
	struct gm_process_walk walk = { .r = p->r };
	struct gm_refs *r = p->r;
	unsigned long i;
	u32 number;

	/* Page tables that were allocated after these had been marked. */
	if (!gm_tasks_visit(gm_task_mark, &walk) || !gm_maps_mark_tables(r) ||
	    !gm_ghosts_recheck(r))
		return -EINTR;
	for (number = 0; number < r->nr; number++) {
		struct gm_ghost *block = &r->block[number];

		if (number % 1024 == 0)
			cond_resched();
		block->flags &= ~GM_BLOCK_SEEN;
		if (!(block->flags & (GM_BLOCK_HELD | GM_BLOCK_GONE | GM_BLOCK_DECOY)))
			continue;
		for (i = 0; i < gm_block_pages(block); i++)
			gm_targets_clear_target(&r->targets, block->pfn + i);
	}
	return gm_phase_pass(p, GHOSTMEM_SEARCH_AGAIN, GHOSTMEM_SEARCH_AGAIN);
}

static int gm_phase_result(struct gm_phases *p, struct gm_holders_result **result)
{
	struct gm_refs *r = p->r;
	const char *why;

	if (!gm_probes_check(p->probes, r, &why))
		return gm_failed(p, -ENODEV, why);
	gm_runs_mark(r->block, r->nr);
	if (r->groups.overflown)
		r->limits |= GHOSTMEM_LIMIT_GROUPS;
	*result = gm_result_create(r);
	if (!*result)
		return gm_failed(p, -ENOMEM, "not enough memory for the result");
	(*result)->memory = p->memory;
	(*result)->busy_ns = gm_pace_busy_ns(&r->pace);
	return 0;
}

static int gm_phases_walk(struct gm_phases *p, struct gm_holders_result **result)
{
	int err = gm_phase_calibrate(p);

	if (err)
		return err;
	gm_search_phase(p->r, GHOSTMEM_SEARCH_TABLES, 0);
	err = gm_phase_frames(p) ?: gm_phase_tables(p) ?: gm_phase_mark(p);
	if (err)
		return err;
	gm_search_phase(p->r, GHOSTMEM_SEARCH_GHOSTS, p->end);
	err = gm_phase_collect(p) ?:
	      gm_phase_pass(p, GHOSTMEM_SEARCH_ROOTS, GHOSTMEM_SEARCH_CLOSURE);
	if (err)
		return err;
	err = gm_phase_again(p);
	/* Stopped: what was found in the first pass is known all the same. */
	if (err == -EINTR)
		p->r->limits |= GHOSTMEM_LIMIT_ONCE;
	else if (err)
		return err;
	return gm_phase_result(p, result);
}

int gm_phases_run(struct gm_refs *r, struct gm_holders_result **result, char *why, size_t size)
{
	struct gm_phases p = { .r = r, .why = why, .size = size };
	int err;

	gm_pace_begin(&r->pace);
	err = gm_guard_init(&r->guard);
	if (err)
		return gm_failed(&p, err, "memory hot-plug cannot be watched");
	err = gm_phases_walk(&p, result);
	gm_probes_destroy(p.probes);
	gm_closure_destroy(&r->closure);
	gm_groups_destroy(&r->groups);
	gm_stacks_destroy(&r->stacks);
	gm_extents_destroy(&r->extents);
	gm_targets_destroy(&r->targets);
	kvfree(r->slab.free);
	vfree(r->block);
	gm_guard_destroy(&r->guard);
	return err;
}
