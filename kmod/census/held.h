/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory that queued skbs hold: the sums reported as GHOSTMEM_HELD_A_*.
 */
#ifndef GHOSTMEM_CENSUS_HELD_H
#define GHOSTMEM_CENSUS_HELD_H

#include <linux/types.h>

/**
 * struct gm_held - sums over some skbs
 * @skbs:	number of skbs; those in a frag_list are not counted, but belong to their head skb
 * @bytes:	of data
 * @truesize:	what the kernel charges for them, in bytes
 * @pinned_pages: base pages taken directly from the page allocator
 * @pinned_blocks: number of blocks (compound pages) that @pinned_pages form
 * @shared_pages: those of @pinned_pages that another socket holds as well
 * @tracked_pages: those of @pinned_pages that have a record of their allocation
 * @mapped_pages: base pages of processes or of the page cache
 * @slab_bytes:	of slab objects
 * @vmalloc_bytes: of skb heads in vmalloc space
 */
struct gm_held {
	u64 skbs;
	u64 bytes;
	u64 truesize;
	u64 pinned_pages;
	u64 pinned_blocks;
	u64 shared_pages;
	u64 tracked_pages;
	u64 mapped_pages;
	u64 slab_bytes;
	u64 vmalloc_bytes;
};

static inline void gm_held_add(struct gm_held *sum, const struct gm_held *held)
{
	sum->skbs += held->skbs;
	sum->bytes += held->bytes;
	sum->truesize += held->truesize;
	sum->pinned_pages += held->pinned_pages;
	sum->pinned_blocks += held->pinned_blocks;
	sum->shared_pages += held->shared_pages;
	sum->tracked_pages += held->tracked_pages;
	sum->mapped_pages += held->mapped_pages;
	sum->slab_bytes += held->slab_bytes;
	sum->vmalloc_bytes += held->vmalloc_bytes;
}

#endif /* GHOSTMEM_CENSUS_HELD_H */
