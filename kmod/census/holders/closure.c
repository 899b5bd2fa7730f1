// SPDX-License-Identifier: GPL-2.0
/*
 * The closure. See closure.h.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "census/holders/closure.h"
#include "tables/table_alloc.h"

/* Blocks that are looked through between two chances to be rescheduled. */
#define GM_CLOSURE_SLICE	1024

int gm_closure_init(struct gm_closure *c)
{
	c->queue = gm_arm_vzalloc(array_size(GM_CLOSURE_QUEUE, sizeof(*c->queue)));
	return c->queue ? 0 : -ENOMEM;
}

void gm_closure_destroy(struct gm_closure *c)
{
	vfree(c->queue);
	c->queue = NULL;
}

static void gm_closure_push(struct gm_closure *c, u32 number)
{
	if (c->waiting == GM_CLOSURE_QUEUE) {
		c->overflown = true;
		return;
	}
	c->queue[(c->head + c->waiting++) % GM_CLOSURE_QUEUE] = number;
}

static void gm_closure_hold(struct gm_closure *c, u32 number)
{
	struct gm_ghost *block = &c->block[number];

	block->flags |= GM_BLOCK_HELD;
	block->flags &= ~GM_BLOCK_TAIL;
	gm_closure_push(c, number);
}

void gm_closure_reach(struct gm_closure *c, u32 from, u32 to, enum ghostmem_holder_kind kind)
{
	struct gm_ghost *block = &c->block[to];
	u16 root = gm_groups_root(c->groups, c->block[from].candidate[0]);
	u16 id;
	bool made;

	if (from == to || block->flags & (GM_BLOCK_HELD | GM_BLOCK_GONE))
		return;
	/* The chain in between is left out: only the root matters, and a list may be long. */
	id = gm_groups_get(c->groups, kind, 0, GM_OFFSET_ANY, root, &made);
	block->candidate[GM_CANDIDATES - 1] = block->candidate[0];
	block->candidate[0] = id;
	gm_closure_hold(c, to);
}

static bool gm_closure_visit(struct gm_closure *c, u32 number)
{
	struct gm_ghost *block = &c->block[number];

	if (block->flags & GM_BLOCK_SEEN)
		return true;
	block->flags |= GM_BLOCK_SEEN;
	return c->look(c->priv, number);
}

/* Looks at all blocks that are held and have not been looked at. */
static bool gm_closure_drain(struct gm_closure *c)
{
	u32 i, number;

	while (c->waiting || c->overflown) {
		while (c->waiting) {
			number = c->queue[c->head];
			c->head = (c->head + 1) % GM_CLOSURE_QUEUE;
			c->waiting--;
			if (!gm_closure_visit(c, number))
				return false;
		}
		if (!c->overflown)
			break;
		c->overflown = false;
		for (i = 0; i < c->nr && !c->overflown; i++) {
			if ((c->block[i].flags & (GM_BLOCK_HELD | GM_BLOCK_SEEN)) == GM_BLOCK_HELD)
				gm_closure_push(c, i);
			if (i % GM_CLOSURE_SLICE == 0)
				cond_resched();
		}
	}
	return true;
}

/*
 * Takes the roots of one rank. Also queues blocks that were held before and are to be looked at
 * again.
 */
static bool gm_closure_rank(struct gm_closure *c, unsigned int rank)
{
	u32 i;

	for (i = 0; i < c->nr; i++) {
		struct gm_ghost *block = &c->block[i];

		if (i % GM_CLOSURE_SLICE == 0)
			cond_resched();
		if (block->flags & (GM_BLOCK_SEEN | GM_BLOCK_GONE))
			continue;
		if (block->flags & GM_BLOCK_HELD)
			gm_closure_push(c, i);
		else if (gm_candidates_best(c->groups, block->candidate) == rank)
			gm_closure_hold(c, i);
		else
			continue;
		/* The queue is for chains; roots are drained when it is half full. */
		if (c->waiting > GM_CLOSURE_QUEUE / 2 && !gm_closure_drain(c))
			return false;
	}
	return gm_closure_drain(c);
}

bool gm_closure_run(struct gm_closure *c)
{
	unsigned int rank;

	for (rank = 0; rank < GM_RANKS; rank++) {
		if (!gm_closure_rank(c, rank))
			return false;
	}
	return true;
}
