/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An arena: small things that are all thrown away together, within a limit.
 */
#ifndef GHOSTMEM_CENSUS_ARENA_H
#define GHOSTMEM_CENSUS_ARENA_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * struct gm_arena - the arena
 * @chunks:	what it is made of, the one in use first
 * @used:	of the first chunk, bytes
 * @bytes:	taken in all, also by what gm_arena_charge() was told of
 * @limit:	of @bytes
 *
 * Not to be used by two at a time.
 */
struct gm_arena {
	struct list_head chunks;
	size_t used;
	size_t bytes;
	size_t limit;
};

void gm_arena_init(struct gm_arena *arena, size_t limit);
void gm_arena_destroy(struct gm_arena *arena);

/* @size zeroed bytes, at most a page, aligned for a u64; NULL past the limit or without memory. */
void *gm_arena_alloc(struct gm_arena *arena, size_t size);

/* Counts memory that its owner has from elsewhere; false, and uncounted, past the limit. */
bool gm_arena_charge(struct gm_arena *arena, size_t size);

#endif /* GHOSTMEM_CENSUS_ARENA_H */
