/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The site table: who allocates. A site is a stack and a kind of block; sites are
 * found by hash, never removed while the table lives, and counted in units of what the
 * table is of: pages, or sk_buffs.
 *
 * A frame is a code address, or after gm_sites_freeze() a handle from the
 * symbol table: those are small numbers, which no kernel address is.
 *
 * Everything is allocated when the table is made. When it is full, further stacks
 * go to the site GHOSTMEM_SITE_OTHER: totals stay exact, only the name is lost.
 */
#ifndef GHOSTMEM_TABLES_SITE_TABLE_H
#define GHOSTMEM_TABLES_SITE_TABLE_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <linux/ghostmem.h>

#include "compat/compat.h"
#include "stack/stack_hash.h"

/* Kinds of samples, each with a site for those whose stack has no room. Their ids come first. */
#define GM_OTHER_KINDS		((GM_MAX_ORDER + 1U) * GHOSTMEM_LEVEL_MAX)
#define GM_FIRST_ID		(GHOSTMEM_SITE_OTHER + 1 + GM_OTHER_KINDS)

/* More than a record's site field can name, together with those kinds, is never asked for. */
#define GM_SITES_MIN		64
#define GM_SITES_MAX		((1U << 18) - 1 - GM_OTHER_KINDS)

#define GM_TRENDS	2

/**
 * struct gm_trend - units held in windows of one length, see upkeep/growth.h
 * @floor:	the least in the one that is not over
 * @last:	the least in the last one
 * @before:	the least in the one before
 */
struct gm_trend {
	u32 floor;
	u32 last;
	u32 before;
};

/**
 * struct gm_site - one stack and kind of block
 * @hash:	of frames, block and flags, before the site is published; 0 once its frames
 *		name code that has gone: no new stack is this one
 * @block:	as in struct gm_stack, as are @flags, @depth, @frame
 * @allocated:	units ever allocated
 * @freed:	units freed of those
 * @trend:	all but the frames is one cache line
 */
struct gm_site {
	u64 hash;
	struct gm_block block;
	u8 flags;
	u8 depth;
	atomic64_t allocated;
	atomic64_t freed;
	struct gm_trend trend[GM_TRENDS];
	unsigned long frame[GHOSTMEM_STACK_MAX];
} ____cacheline_aligned;

/**
 * struct gm_sites - an instance of the table
 * @site:	by id; [0] is never used, [GHOSTMEM_SITE_OTHER] and the others of
 *		gm_sites_other(), which follow it, always
 * @slot:	open hash table of ids, 0 free, twice as many as sites or more
 * @slot_mask:	number of slots, less one
 * @max:	ids are below this: as many as were asked for, and those of gm_sites_other()
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

/* Where a search begins. The low bits of the hash depend on the frames' low bits alone. */
static __always_inline u32 gm_sites_slot(const struct gm_sites *s, u64 hash)
{
	return hash >> 32 & s->slot_mask;
}

/* The site of @hash, or 0. Any context, with preemption off. */
static __always_inline u32 gm_sites_find(const struct gm_sites *s, u64 hash)
{
	u32 probe, id;

	for (probe = gm_sites_slot(s, hash); ; probe = (probe + 1) & s->slot_mask) {
		/* Pairs with the cmpxchg() in gm_sites_get(): the site's hash is there. */
		id = smp_load_acquire(&s->slot[probe]);
		if (unlikely(!id) || likely(READ_ONCE(s->site[id].hash) == hash))
			return id;
	}
}

/* There is no room for another site; a few that are being made may find some still. */
static inline bool gm_sites_full(const struct gm_sites *s)
{
	return (u32)atomic_read(&s->next) >= s->max;
}

/*
 * The site on which a @block is counted whose stack has no room: GHOSTMEM_SITE_OTHER; for a
 * sample, the site of its kind, because what a sample stands for depends on its order and level.
 * Every kind has one, with an id that is computed. Any context.
 */
u32 gm_sites_other(const struct gm_sites *s, struct gm_block block);

/* Ids are below this. Not all of them have ever been published. */
u32 gm_sites_end(const struct gm_sites *s);

/* Sites in use, GHOSTMEM_SITE_OTHER included, the others of its kind not. */
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

/* There is such a site, though maybe not published yet. */
static __always_inline bool gm_sites_valid(const struct gm_sites *s, u32 id)
{
	return id && id < min_t(u32, atomic_read(&s->next), s->max);
}

/* Any context. @id is valid. */
static __always_inline void gm_site_alloc(struct gm_sites *s, u32 id, unsigned long units)
{
	atomic64_add(units, &s->site[id].allocated);
}

static __always_inline void gm_site_free(struct gm_sites *s, u32 id, unsigned long units)
{
	atomic64_add(units, &s->site[id].freed);
}

/*
 * A reading of the counters; live is never below 0, whatever goes on meanwhile. Blocks are
 * counted by their units: those of a site are all of one order, and a block freed in parts
 * is freed when all of them are. GHOSTMEM_SITE_OTHER has blocks of all orders: there units
 * stand for them.
 */
struct gm_site_counts {
	u64 allocs;
	u64 frees;
	u64 allocated;
	u64 freed;
	u64 live;
};

void gm_site_read(const struct gm_sites *s, u32 id, struct gm_site_counts *counts);

#endif /* GHOSTMEM_TABLES_SITE_TABLE_H */
