/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of an skb: what memory it holds, as numbers that mean something
 * also when the skb has gone.
 */
#ifndef GHOSTMEM_CENSUS_SKB_PARTS_H
#define GHOSTMEM_CENSUS_SKB_PARTS_H

#include <linux/skbuff.h>
#include <linux/types.h>

enum gm_part_kind {
	GM_PART_BLOCK,		/* of the page allocator: a ghost */
	GM_PART_MAPPED,		/* a page of a process or of the page cache */
	GM_PART_SLAB,		/* what meminfo counts as slab: large kmalloc(), too */
	GM_PART_VMALLOC,
};

/**
 * struct gm_part - a part
 * @key:	BLOCK, MAPPED: page frame number of the first page. SLAB, VMALLOC: an
 *		address, where other skbs may hold the same object; else 0
 * @bytes:	size
 * @kind:	enum gm_part_kind
 * @order:	of BLOCK and MAPPED
 * @lot:	whose it is
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
 * @skbs:	how many
 * @bytes:	of data in them
 * @truesize:	of them
 */
struct gm_lot {
	u64 skbs;
	u64 bytes;
	u64 truesize;
};

#define GM_LOTS			16

/* What a room grows to. */
#define GM_PARTS_MAX		BIT(18)

/**
 * struct gm_parts - parts of some skbs, in a room of fixed size
 * @part:	the room
 * @max:	its size
 * @nr:		in use
 * @at:		the lot that skbs are added to
 * @lot:	by number
 * @frags_max:	the most page fragments that an skb had
 * @cut:	skbs not all of whose parts are here
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

/* 0 or -ENOMEM. Sleeps. */
int gm_parts_init(struct gm_parts *parts, u32 max);
void gm_parts_destroy(struct gm_parts *parts);
void gm_parts_clear(struct gm_parts *parts);

/* A larger room, and an empty one. False, and nothing changes, where there is none. Sleeps. */
bool gm_parts_grow(struct gm_parts *parts);

/*
 * Adds an skb that the caller keeps alive and unchanged. False, and nothing is added, where the
 * room does not suffice. In an empty room it always succeeds, if need be in part. Any context.
 */
bool gm_parts_add_skb(struct gm_parts *parts, const struct sk_buff *skb);

/* The same for the block behind a page that is no skb's, which the caller keeps alive. */
bool gm_parts_add_page(struct gm_parts *parts, struct page *page);

/* And for pages, or vmalloc space, that begin at @address. */
bool gm_parts_add_pages(struct gm_parts *parts, const void *address, size_t bytes);

#endif /* GHOSTMEM_CENSUS_SKB_PARTS_H */
