// SPDX-License-Identifier: GPL-2.0
/*
 * Runs. See runs.h.
 */
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/sched.h>

#include "census/holders/blocks.h"
#include "census/holders/runs.h"
#include "compat/compat.h"

/* Blocks that are looked through between two chances to be rescheduled. */
#define GM_RUNS_SLICE	1024

static bool gm_begins_run(const struct gm_ghost *block)
{
	return (block->flags & (GM_BLOCK_HELD | GM_BLOCK_BASE)) ==
	       (GM_BLOCK_HELD | GM_BLOCK_BASE) && !(block->flags & GM_BLOCK_COMPOUND) &&
	       block->kind == GHOSTMEM_GHOST_PAGES && gm_block_pages(block) == 1;
}

/* The frame after the largest block that can begin at @pfn. */
static unsigned long gm_run_end(unsigned long pfn)
{
	return pfn + min(pfn ? BIT(__ffs(pfn)) : BIT(GM_MAX_ORDER), BIT(GM_MAX_ORDER));
}

void gm_runs_mark(struct gm_ghost *block, u32 nr)
{
	unsigned long next = 0, end = 0;
	u16 holder = 0;
	u32 i;

	for (i = 0; i < nr; i++) {
		struct gm_ghost *b = &block[i];

		if (i % GM_RUNS_SLICE == 0)
			cond_resched();
		if (gm_begins_run(b)) {
			holder = b->candidate[0];
			end = gm_run_end(b->pfn);
			next = b->pfn + 1;
			continue;
		}
		if (holder && b->pfn == next && b->pfn < end && gm_block_pages(b) == 1 &&
		    b->kind == GHOSTMEM_GHOST_PAGES && gm_block_is_lost(b)) {
			b->flags |= GM_BLOCK_TAIL;
			b->candidate[0] = holder;
			next++;
			continue;
		}
		holder = 0;
	}
}
