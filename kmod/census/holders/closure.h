/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The closure: which blocks are held, directly by a root or through other blocks. Roots are taken
 * rank by rank, so that a reference that is often out of date explains only what no better one
 * does, and a list that begins in a module's variable is not torn by a stray reference to one of
 * its pages.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_CLOSURE_H
#define GHOSTMEM_CENSUS_HOLDERS_CLOSURE_H

#include <linux/types.h>

#include "census/holders/blocks.h"
#include "census/holders/groups.h"

/* Blocks that wait to be looked at. If there are more, the blocks are searched for them. */
#define GM_CLOSURE_QUEUE	4096

/**
 * struct gm_closure - a closure under way
 * @groups:	the groups
 * @block:	all blocks
 * @nr:		number of blocks
 * @look:	looks at what block @from holds, and calls gm_closure_reach() for each block that it
 *		refers to. May sleep. Returns false if the search is to be given up
 * @priv:	first argument of @look
 * @queue:	numbers of blocks that are held and wait to be looked at, a ring
 * @head:	index in @queue of the first one
 * @waiting:	number of entries in use
 * @overflown:	a block that waits has found no room in the queue
 */
struct gm_closure {
	struct gm_groups *groups;
	struct gm_ghost *block;
	u32 nr;
	bool (*look)(void *priv, u32 from);
	void *priv;
	u32 *queue;
	u32 head;
	u32 waiting;
	bool overflown;
};

/* Fills @c, which is zeroed. Returns 0 or -ENOMEM. Sleeps. */
int gm_closure_init(struct gm_closure *c);
void gm_closure_destroy(struct gm_closure *c);

/* Marks all blocks that are held. Returns false if the search was given up. Sleeps. */
bool gm_closure_run(struct gm_closure *c);

/* Block @from, which is held, refers to @to by @kind: GHOSTMEM_HOLDER_BLOCK or _PAGE. */
void gm_closure_reach(struct gm_closure *c, u32 from, u32 to, enum ghostmem_holder_kind kind);

#endif /* GHOSTMEM_CENSUS_HOLDERS_CLOSURE_H */
