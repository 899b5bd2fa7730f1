/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The site table: who allocates. A site is a stack and an order; sites are
 * found by hash, never removed while the table lives, and counted in pages.
 *
 * A frame is a code address, or after gm_sites_freeze() a handle from the
 * symbol table: those are small numbers, which no kernel address is.
 *
 * Everything is allocated when the table is made. When it is full, further stacks
 * go to the site GHOSTMEM_SITE_OTHER: totals stay exact, only the name is lost.
 */
#ifndef GHOSTMEM_SITES_H
#define GHOSTMEM_SITES_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <linux/ghostmem.h>

/* More than a record's site field can name is never asked for. */
#define GM_SITES_MIN		64
#define GM_SITES_MAX		((1U << 18) - 1)

/**
 * struct gm_stack - a stack as the hooks take it
 * @order:	of the block
 * @flags:	GHOSTMEM_SITE_F_NO_STACK, GHOSTMEM_SITE_F_CUT
 * @depth:	frames in use
 * @frame:	return addresses, innermost first; one more than is kept, to
 *		learn whether there are more
 */
struct gm_stack {
	u8 order;
	u8 flags;
	u8 depth;
	unsigned long frame[GHOSTMEM_STACK_MAX + 1];
};

/**
 * struct gm_site - one stack and order
 * @hash:	of frames and order; fixed before the site is published
 * @retired:	its frames name code that has gone: no new stack is this one
 * @order:	as in struct gm_stack, likewise @flags, @depth, @frame
 * @allocs:	blocks
 * @frees:	free events; a block freed in parts has several
 * @alloc_pages: pages ever allocated
 * @free_pages:	pages freed of those
 */
struct gm_site {
	u32 hash;
	bool retired;
	u8 order;
	u8 flags;
	u8 depth;
	atomic64_t allocs;
	atomic64_t frees;
	atomic64_t alloc_pages;
	atomic64_t free_pages;
	unsigned long frame[GHOSTMEM_STACK_MAX];
} ____cacheline_aligned;

/**
 * struct gm_sites - an instance of the table
 * @site:	by id; [0] is never used, [GHOSTMEM_SITE_OTHER] always
 * @slot:	open hash table of ids, 0 free, twice as many as sites or more
 * @slot_mask:	number of slots, less one
 * @max:	number of sites there is room for, with the two above
 * @next:	lowest id never handed out; may run past @max
 * @spare:	per CPU, an id taken but beaten in publishing, to be used next
 *
 * Lookups and insertions are lock-free and go in any context: an id is filled,
 * then published in its slot by cmpxchg, and whoever loses adopts the winner.
 */
struct gm_sites {
	struct gm_site *site;
	u32 *slot;
	u32 slot_mask;
	u32 max;
	atomic_t next;
	u32 __percpu *spare;
};

/* @max within GM_SITES_MIN and GM_SITES_MAX. 0 or -ENOMEM. Sleeps. */
int gm_sites_init(struct gm_sites *s, u32 max);
void gm_sites_destroy(struct gm_sites *s);

/* Forgets all sites. The caller has stopped the hooks. */
void gm_sites_clear(struct gm_sites *s);

/*
 * The site of @stack, made where there is none yet; GHOSTMEM_SITE_OTHER when the
 * table is full. Never 0. Any context but NMI, with preemption off.
 */
u32 gm_sites_get(struct gm_sites *s, const struct gm_stack *stack);

/* Ids are below this. Not all of them have ever been published. */
u32 gm_sites_end(const struct gm_sites *s);

/* Sites in use, GHOSTMEM_SITE_OTHER included. */
u32 gm_sites_used(const struct gm_sites *s);

/* Bytes of memory that a table of @max sites takes, and that this one does. */
size_t gm_sites_estimate(u32 max);
size_t gm_sites_bytes(const struct gm_sites *s);

/*
 * Shows every frame to @freeze, which returns what to keep in its place.
 * Sites of which a frame changed are retired. The caller excludes readers of
 * frames; hooks may run.
 */
void gm_sites_freeze(struct gm_sites *s, unsigned long (*freeze)(void *ctx, unsigned long frame),
		     void *ctx);

static inline bool gm_sites_valid(const struct gm_sites *s, u32 id)
{
	return id && id < gm_sites_end(s);
}

/* Any context. @id is valid. */
static inline void gm_site_alloc(struct gm_sites *s, u32 id, unsigned long blocks,
				 unsigned long pages)
{
	atomic64_add(blocks, &s->site[id].allocs);
	atomic64_add(pages, &s->site[id].alloc_pages);
}

static inline void gm_site_free(struct gm_sites *s, u32 id, unsigned long pages)
{
	atomic64_inc(&s->site[id].frees);
	atomic64_add(pages, &s->site[id].free_pages);
}

/* A reading of the counters; live is never below 0, whatever goes on meanwhile. */
struct gm_site_counts {
	u64 allocs;
	u64 frees;
	u64 alloc_pages;
	u64 free_pages;
	u64 live_pages;
};

void gm_site_read(const struct gm_sites *s, u32 id, struct gm_site_counts *counts);

#endif /* GHOSTMEM_SITES_H */
