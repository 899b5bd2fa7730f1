// SPDX-License-Identifier: GPL-2.0
/*
 * The tally. See sock_tally.h.
 */
#include <linux/bits.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "census/sock_tally.h"

/* Adds a block to the sums of the current socket's queue, and to those of all sockets. */
static void gm_count_block(struct gm_sockets *c, struct gm_held *held, const struct gm_part *part)
{
	u32 order = min_t(u32, part->order, GHOSTMEM_ORDERS - 1), other;
	struct gm_held block = { .pinned_pages = BIT(part->order), .pinned_blocks = 1 };
	struct gm_socket *had;

	if (c->ages.age_s(c->ages.priv, part->key) >= 0)
		block.tracked_pages = block.pinned_pages;
	switch (gm_claim_pfn(&c->claims, part->key, c->at->index, &other)) {
	case GM_CLAIM_AGAIN:
		return;
	case GM_CLAIM_NEWLY_SHARED:
		had = xa_load(&c->by_index, other);
		had->held.shared_pages += block.pinned_pages;
		c->held.shared_pages += block.pinned_pages;
		fallthrough;
	case GM_CLAIM_SHARED:
		block.shared_pages = block.pinned_pages;
		break;
	case GM_CLAIM_NO_MEMORY:
		c->missed[GM_MISSED_CLAIMS]++;
		fallthrough;
	case GM_CLAIM_FIRST:
		gm_held_add(&c->held, &block);
		c->orders[order]++;
	}
	gm_held_add(held, &block);
	c->at->orders[order]++;
}

static void gm_count_mapped(struct gm_sockets *c, struct gm_held *held, const struct gm_part *part)
{
	struct gm_held block = { .mapped_pages = BIT(part->order) };
	u32 other;

	switch (gm_claim_pfn(&c->claims, part->key, c->at->index, &other)) {
	case GM_CLAIM_AGAIN:
		return;
	case GM_CLAIM_SHARED:
	case GM_CLAIM_NEWLY_SHARED:
		break;
	case GM_CLAIM_NO_MEMORY:
		c->missed[GM_MISSED_CLAIMS]++;
		fallthrough;
	case GM_CLAIM_FIRST:
		gm_held_add(&c->held, &block);
	}
	gm_held_add(held, &block);
}

static void gm_count_object(struct gm_sockets *c, struct gm_held *held, const struct gm_part *part)
{
	enum gm_claim claim = GM_CLAIM_FIRST;
	struct gm_held object = {};

	if (part->key)
		claim = gm_claim_object(&c->claims, part->key, c->at->index);
	if (claim == GM_CLAIM_AGAIN)
		return;
	if (claim == GM_CLAIM_NO_MEMORY)
		c->missed[GM_MISSED_CLAIMS]++;
	if (part->kind == GM_PART_VMALLOC)
		object.vmalloc_bytes = part->bytes;
	else
		object.slab_bytes = part->bytes;
	gm_held_add(held, &object);
	if (claim != GM_CLAIM_SHARED)
		gm_held_add(&c->held, &object);
}

/* Finds or adds the queue @kind of the current socket. Returns NULL if there is no room. */
static struct gm_queue *gm_queue_of(struct gm_sockets *c, enum gm_queue_kind kind)
{
	struct gm_queue *queue;

	for (queue = c->at->queue; queue; queue = queue->next) {
		if (queue->kind == kind)
			return queue;
	}
	queue = gm_arena_alloc(&c->arena, sizeof(*queue));
	if (!queue) {
		c->at->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
		return NULL;
	}
	queue->kind = kind;
	queue->next = c->at->queue;
	c->at->queue = queue;
	return queue;
}

static void gm_count_lot(struct gm_sockets *c, enum gm_queue_kind kind, const struct gm_held *held)
{
	static const struct gm_held nothing;
	struct gm_queue *queue;

	if (!memcmp(held, &nothing, sizeof(nothing)))
		return;
	queue = gm_queue_of(c, kind);
	if (queue)
		gm_held_add(&queue->held, held);
	gm_held_add(&c->at->held, held);
}

void gm_sockets_tally(struct gm_sockets *c, const struct gm_parts *parts)
{
	struct gm_held held[GM_QUEUES] = {};
	const struct gm_part *part;
	unsigned int lot;
	u32 i;

	for (lot = 0; lot < GM_QUEUES; lot++) {
		held[lot].skbs = parts->lot[lot].skbs;
		held[lot].bytes = parts->lot[lot].bytes;
		held[lot].truesize = parts->lot[lot].truesize;
		gm_held_add(&c->held, &held[lot]);
	}
	for (i = 0; i < parts->nr; i++) {
		part = &parts->part[i];
		if (part->kind == GM_PART_BLOCK)
			gm_count_block(c, &held[part->lot], part);
		else if (part->kind == GM_PART_MAPPED)
			gm_count_mapped(c, &held[part->lot], part);
		else
			gm_count_object(c, &held[part->lot], part);
		if (!(i % 1024))
			cond_resched();
	}
	for (lot = 0; lot < GM_QUEUES; lot++)
		gm_count_lot(c, lot, &held[lot]);
	c->at->frags_max = max(c->at->frags_max, parts->frags_max);
}
