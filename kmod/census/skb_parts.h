/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of an skb: the memory that it holds, described by numbers that remain meaningful
 * after the skb is gone.
 */
#ifndef GHOSTMEM_CENSUS_SKB_PARTS_H
#define GHOSTMEM_CENSUS_SKB_PARTS_H

#include <linux/skbuff.h>
#include <linux/types.h>

enum gm_part_kind {
	GM_PART_BLOCK,		/* taken directly from the page allocator: a ghost */
	GM_PART_MAPPED,		/* a page of a process or of the page cache */
	GM_PART_SLAB,		/* what meminfo counts as slab, including large kmalloc() */
	GM_PART_VMALLOC,
};

/**
 * struct gm_part - a part
 * @key:	BLOCK, MAPPED: page frame number of the first page. SLAB, VMALLOC: the address
 *		if other skbs may hold the same object, else 0
 * @bytes:	size
 * @kind:	enum gm_part_kind
 * @order:	of BLOCK and MAPPED
 * @lot:	number of the lot that it belongs to
 */
struct gm_part {
	u64 key;
	u32 bytes;
	u8 kind;
	u8 order;
	u8 lot;
};

/**
 * struct gm_lot - skbs that were added together
 * @skbs:	number of skbs
 * @bytes:	of data in them
 * @truesize:	sum of their truesize
 */
struct gm_lot {
	u64 skbs;
	u64 bytes;
	u64 truesize;
};

#define GM_LOTS			16

/* The largest size of the room, in parts. */
#define GM_PARTS_MAX		BIT(18)

/**
 * struct gm_parts - parts of some skbs, in a room of fixed size
 * @part:	the room
 * @max:	its size, in parts
 * @nr:		number of parts in use
 * @at:		number of the lot that skbs are added to
 * @lot:	the lots, by number
 * @frags_max:	the largest number of page fragments of an skb
 * @cut:	number of skbs that only some parts of were added
 */
struct gm_parts {
	struct gm_part *part;
	u32 max;
	u32 nr;
	u8 at;
	struct gm_lot lot[GM_LOTS];
	u32 frags_max;
	u32 cut;
};

/* Returns 0 or -ENOMEM. Sleeps. */
int gm_parts_init(struct gm_parts *parts, u32 max);
void gm_parts_destroy(struct gm_parts *parts);
void gm_parts_clear(struct gm_parts *parts);

/* Replaces the room by a larger, empty one. Returns false, unchanged, if it cannot. Sleeps. */
bool gm_parts_grow(struct gm_parts *parts);

/*
 * Adds an skb that the caller keeps alive and unchanged. Returns false, and adds nothing, if there
 * is not enough room. If the room is empty it always succeeds, if need be with only some of the
 * skb's parts. Any context.
 */
bool gm_parts_add_skb(struct gm_parts *parts, const struct sk_buff *skb);

/* Adds the block of a page that is not part of an skb, and that the caller keeps alive. */
bool gm_parts_add_page(struct gm_parts *parts, struct page *page);

/* Adds pages, or vmalloc space, starting at @address. */
bool gm_parts_add_pages(struct gm_parts *parts, const void *address, size_t bytes);

#endif /* GHOSTMEM_CENSUS_SKB_PARTS_H */
