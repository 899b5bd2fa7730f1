/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The site table: who allocates. A site is a stack together with a kind of block. Sites are found
 * by hash and never removed while the table lives. They count units, which are pages or sk_buffs,
 * depending on the table.
 *
 * A frame is a code address, or after gm_sites_freeze() a handle from the symbol table. Handles
 * are small numbers, which are never kernel addresses.
 *
 * All memory is allocated when the table is made. When it is full, further stacks are counted on
 * the site GHOSTMEM_SITE_OTHER: totals stay exact, only the name is lost.
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

/*
 * Kinds of samples: each order and level. Each kind has a site for samples whose stack finds no
 * room. The ids of these sites come first.
 */
#define GM_OTHER_KINDS		((GM_MAX_ORDER + 1U) * GHOSTMEM_LEVEL_MAX)
#define GM_FIRST_ID		(GHOSTMEM_SITE_OTHER + 1 + GM_OTHER_KINDS)

/* The allowed sizes of a table: all ids, with those of the kinds, fit in a record's site field. */
#define GM_SITES_MIN		64
#define GM_SITES_MAX		((1U << 18) - 1 - GM_OTHER_KINDS)

#define GM_TRENDS	2

/*
 * A trend compares two whole windows. The one in which the site began is no whole one, and would
 * make growth of what was filled once.
 */
#define GM_TREND_KNOWN	3

/**
 * struct gm_trend - units held in windows of one length, see upkeep/growth.h
 * @floor:	the minimum in the present window so far
 * @last:	the minimum in the last complete window
 * @before:	the minimum in the window before that
 */
struct gm_trend {
	u32 floor;
	u32 last;
	u32 before;
};

/**
 * struct gm_site - one stack and kind of block
 * @hash:	of frames, block and flags, set before the site is published; 0 once a frame of it
 *		has been frozen, so that no new stack matches it
 * @block:	as in struct gm_stack, as are @flags, @depth, @frame; its flags are those of the
 *		first block
 * @windows:	by window length, the windows that have ended since the site's first allocation, at
 *		most GM_TREND_KNOWN
 * @rises:	by window length, in how many consecutive windows the floor has risen, at most
 *		U8_MAX
 * @allocated:	units ever allocated
 * @freed:	those of them that are freed
 * @trend:	by window length; all fields except the frames are in one cache line
 *
 * Only the work of growth.c writes @windows, @rises and @trend.
 */
struct gm_site {
	u64 hash;
	struct gm_block block;
	u8 flags;
	u8 depth;
	u8 windows[GM_TRENDS];
	u8 rises[GM_TRENDS];
	atomic64_t allocated;
	atomic64_t freed;
	struct gm_trend trend[GM_TRENDS];
	unsigned long frame[GHOSTMEM_STACK_MAX];
} ____cacheline_aligned;

/**
 * struct gm_sites - an instance of the table
 * @site:	by id; [0] is never used; [GHOSTMEM_SITE_OTHER] and the other sites of
 *		gm_sites_other(), which follow it, always exist
 * @slot:	hash table of ids with open addressing, 0 is free; at least twice as many as sites
 * @slot_mask:	number of slots, less one
 * @max:	ids are below this: as many as were asked for, and those of gm_sites_other()
 * @next:	lowest id never handed out; may exceed @max
 * @spare:	per CPU, an id that was taken but lost the race to be published; it is used next
 *
 * Lookups and insertions are lock-free and work in any context: a site is filled, then its id is
 * published in a slot by cmpxchg, and whoever loses that race uses the winner's id.
 */
struct gm_sites {
	struct gm_site *site;
	u32 *slot;
	u32 slot_mask;
	u32 max;
	atomic_t next;
	u32 __percpu *spare;
};

/* @max is from GM_SITES_MIN to GM_SITES_MAX. Returns 0, -EINVAL or -ENOMEM. Sleeps. */
int gm_sites_init(struct gm_sites *s, u32 max);
void gm_sites_destroy(struct gm_sites *s);

/* Forgets all sites. The caller has stopped the hooks. */
void gm_sites_clear(struct gm_sites *s);

/*
 * Returns the site of @stack, which is created if there is none yet, or GHOSTMEM_SITE_OTHER if the
 * table is full. Never 0. Any context but NMI, with preemption off.
 */
u32 gm_sites_get(struct gm_sites *s, const struct gm_stack *stack);

/* The slot at which a search begins. The hash's low bits depend on the frames' low bits alone. */
static __always_inline u32 gm_sites_slot(const struct gm_sites *s, u64 hash)
{
	return hash >> 32 & s->slot_mask;
}

/* Returns the site with @hash, or 0. Any context, with preemption off. */
static __always_inline u32 gm_sites_find(const struct gm_sites *s, u64 hash)
{
	u32 probe, id;

	for (probe = gm_sites_slot(s, hash); ; probe = (probe + 1) & s->slot_mask) {
		/* Pairs with the cmpxchg() in gm_sites_get(): the site's hash is visible. */
		id = smp_load_acquire(&s->slot[probe]);
		if (unlikely(!id) || likely(READ_ONCE(s->site[id].hash) == hash))
			return id;
	}
}

/* Whether all ids are handed out. A few that are not published yet may still become sites. */
static inline bool gm_sites_full(const struct gm_sites *s)
{
	return (u32)atomic_read(&s->next) >= s->max;
}

/*
 * Returns the site on which a @block is counted if its stack finds no room: GHOSTMEM_SITE_OTHER, or
 * for a sample the site of its kind, because what a sample stands for depends on its order and
 * level. Every kind has such a site, with an id that is computed. Any context.
 */
u32 gm_sites_other(const struct gm_sites *s, struct gm_block block);

/* Ids are below this. Some of them may never have been published. */
u32 gm_sites_end(const struct gm_sites *s);

/* Sites in use: GHOSTMEM_SITE_OTHER is counted, the other sites of gm_sites_other() are not. */
u32 gm_sites_used(const struct gm_sites *s);

/* Bytes of memory that a table of @max sites would take, and that this one takes. */
size_t gm_sites_estimate(u32 max);
size_t gm_sites_bytes(const struct gm_sites *s);

/*
 * Calls @freeze for every frame and replaces the frame by the value returned. Sites of which a
 * frame has changed are retired. The caller excludes readers of frames; hooks may run.
 */
void gm_sites_freeze(struct gm_sites *s, unsigned long (*freeze)(void *ctx, unsigned long frame),
		     void *ctx);

/* Whether @id has been handed out; its site may not be published yet. */
static __always_inline bool gm_sites_valid(const struct gm_sites *s, u32 id)
{
	return id && id < min_t(u32, atomic_read(&s->next), s->max);
}

/* Count units on the site @id, which is valid. Any context. */
static __always_inline void gm_site_alloc(struct gm_sites *s, u32 id, unsigned long units)
{
	atomic64_add(units, &s->site[id].allocated);
}

static __always_inline void gm_site_free(struct gm_sites *s, u32 id, unsigned long units)
{
	atomic64_add(units, &s->site[id].freed);
}

/*
 * A reading of the counters. live is never below 0, whatever happens concurrently. allocs and frees
 * are blocks, computed from the units, because all blocks of a site are of one order; a block freed
 * in parts counts as freed when all its units are. GHOSTMEM_SITE_OTHER has blocks of all orders:
 * there each unit counts as a block.
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
