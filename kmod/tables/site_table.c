// SPDX-License-Identifier: GPL-2.0
/*
 * The site table. See site_table.h for what it promises; it takes no lock at all.
 */
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "tables/page_record.h"
#include "tables/site_table.h"
#include "tables/table_alloc.h"

static_assert(GM_SITES_MAX + GM_OTHER_KINDS < 1U << GM_SITE_BITS);
static_assert(GHOSTMEM_SITE_OTHER == 1);
static_assert(offsetof(struct gm_site, frame) <= SMP_CACHE_BYTES);
static_assert(sizeof(struct gm_site) == 256);

static u64 gm_stack_hash(const struct gm_stack *stack)
{
	u64 hash = gm_hash_start(stack->block);
	unsigned int i;

	for (i = 0; i < stack->depth; i++)
		hash = gm_hash_frame(hash, stack->frame[i]);
	return gm_hash_end(hash, stack->flags);
}

/* Compares frame by frame with READ_ONCE(), because gm_sites_freeze() may replace frames. */
static bool gm_frames_are(const struct gm_site *site, const struct gm_stack *stack)
{
	unsigned int i;

	for (i = 0; i < stack->depth; i++) {
		if (READ_ONCE(site->frame[i]) != stack->frame[i])
			return false;
	}
	return true;
}

static bool gm_site_is(const struct gm_site *site, const struct gm_stack *stack, u64 hash)
{
	return READ_ONCE(site->hash) == hash &&
	       site->block.order == stack->block.order &&
	       site->block.level == stack->block.level && site->flags == stack->flags &&
	       site->depth == stack->depth && gm_frames_are(site, stack);
}

/* Takes an id that nobody else has; 0 if there is none. An interrupt may take the spare first. */
static u32 gm_id_take(struct gm_sites *s)
{
	u32 id = this_cpu_xchg(*s->spare, 0);

	if (id)
		return id;
	/* Do not let the counter wrap, however long the table stays full. */
	if (gm_sites_full(s))
		return 0;
	/* Others may have passed the check, too: ids from the limit on are then refused. */
	id = atomic_fetch_inc(&s->next);
	return id < s->max ? id : 0;
}

/* If an interrupt has left a spare meanwhile, this id stays unused until a reset. */
static void gm_id_put_back(struct gm_sites *s, u32 id)
{
	this_cpu_cmpxchg(*s->spare, 0, id);
}

/* The site is not published yet, but gm_site_read() and gm_sites_freeze() may read it by its id. */
static void gm_site_fill(struct gm_site *site, const struct gm_stack *stack, u64 hash)
{
	unsigned int i;

	WRITE_ONCE(site->hash, hash);
	WRITE_ONCE(site->block.order, stack->block.order);
	site->block.level = stack->block.level;
	site->block.flags = stack->block.flags;
	site->flags = stack->flags;
	WRITE_ONCE(site->depth, stack->depth);
	for (i = 0; i < stack->depth; i++)
		WRITE_ONCE(site->frame[i], stack->frame[i]);
}

u32 gm_sites_get(struct gm_sites *s, const struct gm_stack *stack)
{
	u64 hash = gm_stack_hash(stack);
	u32 mine = 0, probe, id;

	/* There are more slots than ids, so a free slot ends every search. */
	for (probe = gm_sites_slot(s, hash); ; probe = (probe + 1) & s->slot_mask) {
		/* Pairs with the cmpxchg() below: the site's frames are visible. */
		id = smp_load_acquire(&s->slot[probe]);
		if (!id) {
			if (!mine) {
				mine = gm_id_take(s);
				if (!mine)
					return GHOSTMEM_SITE_OTHER;
				gm_site_fill(&s->site[mine], stack, hash);
			}
			id = cmpxchg(&s->slot[probe], 0, mine);
			if (!id)
				return mine;
		}
		if (gm_site_is(&s->site[id], stack, hash)) {
			if (mine)
				gm_id_put_back(s, mine);
			return id;
		}
	}
}

u32 gm_sites_other(const struct gm_sites *s, struct gm_block block)
{
	if (!block.level || block.level > GHOSTMEM_LEVEL_MAX || block.order > GM_MAX_ORDER)
		return GHOSTMEM_SITE_OTHER;
	return GHOSTMEM_SITE_OTHER + block.order * GHOSTMEM_LEVEL_MAX + block.level;
}

u32 gm_sites_end(const struct gm_sites *s)
{
	return min_t(u32, atomic_read(&s->next), s->max);
}

u32 gm_sites_used(const struct gm_sites *s)
{
	return gm_sites_end(s) - GM_FIRST_ID + GHOSTMEM_SITE_OTHER;
}

static unsigned long gm_slots_for(u32 max)
{
	return roundup_pow_of_two(2UL * max);
}

size_t gm_sites_estimate(u32 max)
{
	return (max + GM_OTHER_KINDS) * sizeof(struct gm_site) + gm_slots_for(max) * sizeof(u32);
}

size_t gm_sites_bytes(const struct gm_sites *s)
{
	return gm_sites_estimate(s->max - GM_OTHER_KINDS);
}

void gm_site_read(const struct gm_sites *s, u32 id, struct gm_site_counts *counts)
{
	const struct gm_site *site = &s->site[id];
	unsigned int order;

	/*
	 * Read the frees first: a unit is counted as allocated before it can be freed, so the
	 * allocations, read later, include every free that was read. The barrier keeps that order.
	 */
	counts->freed = atomic64_read(&site->freed);
	smp_rmb(); /* the hooks' order: allocation, then free */
	counts->allocated = atomic64_read(&site->allocated);
	/* Once a site has counted anything, its order and all that the caller reads is visible. */
	smp_rmb();
	order = READ_ONCE(site->block.order);
	counts->allocs = counts->allocated >> order;
	counts->frees = counts->freed >> order;
	counts->live = counts->allocated > counts->freed ? counts->allocated - counts->freed : 0;
}

void gm_sites_freeze(struct gm_sites *s, unsigned long (*freeze)(void *ctx, unsigned long frame),
		     void *ctx)
{
	u32 id, i;

	for (id = GM_FIRST_ID; id < gm_sites_end(s); id++) {
		struct gm_site *site = &s->site[id];
		unsigned int depth = READ_ONCE(site->depth);

		for (i = 0; i < depth; i++) {
			unsigned long frame = READ_ONCE(site->frame[i]);
			unsigned long kept = freeze(ctx, frame);

			/* A spare id may be filled with another stack right now: leave it. */
			if (kept == frame || cmpxchg(&site->frame[i], frame, kept) != frame)
				continue;
			/*
			 * A lookup that still compares equal has run through that code
			 * itself, so it may as well be counted on this site.
			 */
			WRITE_ONCE(site->hash, 0);
		}
		cond_resched();
	}
}

/* Makes the sites of gm_sites_other(), whose ids are fixed and never handed out otherwise. */
static void gm_sites_make_others(struct gm_sites *s)
{
	struct gm_block block = {};

	s->site[GHOSTMEM_SITE_OTHER].flags = GHOSTMEM_SITE_F_OTHER;
	for (block.order = 0; block.order <= GM_MAX_ORDER; block.order++) {
		for (block.level = 1; block.level <= GHOSTMEM_LEVEL_MAX; block.level++) {
			struct gm_site *site = &s->site[gm_sites_other(s, block)];

			site->block = block;
			site->flags = GHOSTMEM_SITE_F_OTHER;
		}
	}
}

void gm_sites_clear(struct gm_sites *s)
{
	int cpu;

	gm_arm_zero(s->site, array_size(s->max, sizeof(*s->site)));
	gm_arm_zero(s->slot, array_size(s->slot_mask + 1UL, sizeof(u32)));
	for_each_possible_cpu(cpu)
		WRITE_ONCE(*per_cpu_ptr(s->spare, cpu), 0);
	gm_sites_make_others(s);
	atomic_set(&s->next, GM_FIRST_ID);
}

int gm_sites_init(struct gm_sites *s, u32 max)
{
	unsigned long slots;

	if (WARN_ON_ONCE(max < GM_SITES_MIN || max > GM_SITES_MAX))
		return -EINVAL;
	memset(s, 0, sizeof(*s));
	slots = gm_slots_for(max);
	s->max = max + GM_OTHER_KINDS;
	s->slot_mask = slots - 1;
	s->site = gm_arm_vzalloc(array_size(s->max, sizeof(*s->site)));
	s->slot = gm_arm_vzalloc(array_size(slots, sizeof(*s->slot)));
	s->spare = gm_arm_percpu(u32);
	if (!s->site || !s->slot || !s->spare) {
		gm_sites_destroy(s);
		return -ENOMEM;
	}
	gm_sites_clear(s);
	return 0;
}

void gm_sites_destroy(struct gm_sites *s)
{
	free_percpu(s->spare);
	vfree(s->slot);
	vfree(s->site);
	memset(s, 0, sizeof(*s));
}
