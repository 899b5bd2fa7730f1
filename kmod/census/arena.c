// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/slab.h>

#include "census/arena.h"

#define GM_CHUNK_SIZE	(16 * PAGE_SIZE)

struct gm_chunk {
	struct list_head list;
	u64 data[];
};

void gm_arena_init(struct gm_arena *arena, size_t limit)
{
	INIT_LIST_HEAD(&arena->chunks);
	arena->used = GM_CHUNK_SIZE;
	arena->bytes = 0;
	arena->limit = limit;
}

void gm_arena_destroy(struct gm_arena *arena)
{
	struct gm_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &arena->chunks, list)
		kvfree(chunk);
	INIT_LIST_HEAD(&arena->chunks);
	arena->used = GM_CHUNK_SIZE;
}

bool gm_arena_charge(struct gm_arena *arena, size_t size)
{
	if (size > arena->limit - arena->bytes)
		return false;
	arena->bytes += size;
	return true;
}

static struct gm_chunk *gm_arena_grow(struct gm_arena *arena)
{
	struct gm_chunk *chunk;

	if (!gm_arena_charge(arena, GM_CHUNK_SIZE))
		return NULL;
	/* A census of a host that is short of memory must not cause an OOM: do not try hard. */
	chunk = kvzalloc(GM_CHUNK_SIZE, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!chunk)
		return NULL;
	list_add(&chunk->list, &arena->chunks);
	arena->used = sizeof(*chunk);
	return chunk;
}

void *gm_arena_alloc(struct gm_arena *arena, size_t size)
{
	struct gm_chunk *chunk = list_first_entry_or_null(&arena->chunks, struct gm_chunk, list);
	void *p;

	size = ALIGN(size, sizeof(u64));
	if (WARN_ON_ONCE(size > PAGE_SIZE))
		return NULL;
	if (size > GM_CHUNK_SIZE - arena->used)
		chunk = gm_arena_grow(arena);
	if (!chunk)
		return NULL;
	p = (void *)chunk + arena->used;
	arena->used += size;
	return p;
}
