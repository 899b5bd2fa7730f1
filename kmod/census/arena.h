/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An arena: an allocator for small objects that are all freed together, with a limit of memory.
 */
#ifndef GHOSTMEM_CENSUS_ARENA_H
#define GHOSTMEM_CENSUS_ARENA_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * struct gm_arena - the arena
 * @chunks:	its memory; the first chunk is the one in use
 * @used:	bytes used of the first chunk
 * @bytes:	total that was taken, including what gm_arena_charge() was told of
 * @limit:	of @bytes
 *
 * Callers serialize all calls.
 */
struct gm_arena {
	struct list_head chunks;
	size_t used;
	size_t bytes;
	size_t limit;
};

void gm_arena_init(struct gm_arena *arena, size_t limit);
void gm_arena_destroy(struct gm_arena *arena);

/*
 * Allocates @size zeroed bytes, at most a page, aligned for a u64. Returns NULL if that would
 * exceed the limit, or if there is no memory.
 */
void *gm_arena_alloc(struct gm_arena *arena, size_t size);

/* Charges memory that comes from elsewhere. Returns false, uncharged, if it exceeds the limit. */
bool gm_arena_charge(struct gm_arena *arena, size_t size);

#endif /* GHOSTMEM_CENSUS_ARENA_H */
