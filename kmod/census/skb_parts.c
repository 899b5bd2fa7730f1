// SPDX-License-Identifier: GPL-2.0
/*
 * The caller keeps the skb, and the skb its pages, so none of the struct pages read here is freed
 * meanwhile.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "census/skb_parts.h"

/* Skbs in a frag_list have no frag_list of their own, unless a driver has built such an skb. */
#define GM_LIST_DEPTH	2

/* Orders are limited to less than this, in case what was read is not an order. */
#define GM_ORDER_ABSURD	19

int gm_parts_init(struct gm_parts *parts, u32 max)
{
	parts->part = kvmalloc_array(max, sizeof(*parts->part), GFP_KERNEL);
	parts->max = max;
	gm_parts_clear(parts);
	return parts->part ? 0 : -ENOMEM;
}

void gm_parts_destroy(struct gm_parts *parts)
{
	kvfree(parts->part);
	parts->part = NULL;
}

void gm_parts_clear(struct gm_parts *parts)
{
	parts->nr = 0;
	parts->at = 0;
	memset(parts->lot, 0, sizeof(parts->lot));
	parts->frags_max = 0;
	parts->cut = 0;
}

bool gm_parts_grow(struct gm_parts *parts)
{
	u32 max = 4 * parts->max;
	struct gm_part *part;

	if (max > GM_PARTS_MAX)
		return false;
	part = kvmalloc_array(max, sizeof(*part), GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!part)
		return false;
	kvfree(parts->part);
	parts->part = part;
	parts->max = max;
	gm_parts_clear(parts);
	return true;
}

static bool gm_part_put(struct gm_parts *parts, enum gm_part_kind kind, u64 key, size_t bytes,
			unsigned int order)
{
	struct gm_part *part = &parts->part[parts->nr];

	if (parts->nr == parts->max)
		return false;
	part->key = key;
	part->bytes = min_t(size_t, bytes, U32_MAX);
	part->kind = kind;
	part->order = order;
	part->lot = parts->at;
	parts->nr++;
	return true;
}

/*
 * Whether @page, which is no tail page, belongs to a process or the page cache. Movable kernel
 * memory looks the same: its owner accounts for it, too.
 */
static bool gm_page_mapped(struct page *page)
{
	return PageLRU(page) || READ_ONCE(page->mapping);
}

static bool gm_put_page(struct gm_parts *parts, struct page *page)
{
	struct page *head = compound_head(page);
	unsigned int order = min_t(unsigned int, compound_order(head), GM_ORDER_ABSURD - 1);
	enum gm_part_kind kind = gm_page_mapped(head) ? GM_PART_MAPPED : GM_PART_BLOCK;

	/* Part of the kernel image: the zero page, which may be sent without a copy. */
	if (PageReserved(head))
		return true;
	return gm_part_put(parts, kind, page_to_pfn(head), PAGE_SIZE << order, order);
}

/* Adds an object. If it may be @shared, its address is the key, to recognize it again. */
static bool gm_put_object(struct gm_parts *parts, enum gm_part_kind kind, const void *address,
			  size_t bytes, bool shared)
{
	return gm_part_put(parts, kind, shared ? (unsigned long)address : 0, bytes, 0);
}

/*
 * Adds the head. If it is too large for the slab caches, kmalloc() has taken pages, which meminfo
 * counts as slab.
 */
static bool gm_put_head(struct gm_parts *parts, const struct sk_buff *skb)
{
	size_t bytes = skb_end_offset(skb) + SKB_DATA_ALIGN(sizeof(struct skb_shared_info));
	bool shared = skb_cloned(skb);
	struct page *page;

	if (is_vmalloc_addr(skb->head))
		return gm_put_object(parts, GM_PART_VMALLOC, skb->head, PAGE_ALIGN(bytes), shared);
	page = virt_to_head_page(skb->head);
	if (PageSlab(page))
		return gm_put_object(parts, GM_PART_SLAB, skb->head, ksize(skb->head), shared);
	if (!skb->head_frag)
		return gm_put_object(parts, GM_PART_SLAB, skb->head,
				     PAGE_SIZE << compound_order(page), shared);
	return gm_put_page(parts, page);
}

/*
 * Adds a fragment. It may be part of a slab object, and begin anywhere in it: then its length is
 * counted. The fragments of a clone are shared with the original.
 */
static bool gm_put_frag(struct gm_parts *parts, const skb_frag_t *frag, bool shared)
{
	struct page *page = skb_frag_page(frag), *end;

	/* Device memory, without struct pages. */
	if (!page)
		return true;
	if (PageSlab(compound_head(page)))
		return gm_put_object(parts, GM_PART_SLAB, skb_frag_address(frag),
				     skb_frag_size(frag), shared);
	end = page + (skb_frag_off(frag) + max(skb_frag_size(frag), 1U) - 1) / PAGE_SIZE;
	page += skb_frag_off(frag) / PAGE_SIZE;
	if (PageCompound(page))
		return gm_put_page(parts, page);
	/* Not a compound page: adds each page of the fragment; the rest of the block is unknown. */
	for (; page <= end; page++) {
		if (!gm_put_page(parts, page))
			return false;
	}
	return true;
}

/* Adds the struct sk_buff. That of an fclone pair is the pair, freed when both are. */
static bool gm_put_struct(struct gm_parts *parts, const struct sk_buff *skb)
{
	const struct sk_buff_fclones *pair;

	if (skb->fclone == SKB_FCLONE_UNAVAILABLE)
		return gm_put_object(parts, GM_PART_SLAB, skb, ksize(skb), false);
	if (skb->fclone == SKB_FCLONE_ORIG)
		pair = container_of(skb, struct sk_buff_fclones, skb1);
	else
		pair = container_of(skb, struct sk_buff_fclones, skb2);
	return gm_put_object(parts, GM_PART_SLAB, pair, ksize(pair),
			     refcount_read(&pair->fclone_ref) > 1);
}

static bool gm_put_skb(struct gm_parts *parts, const struct sk_buff *skb, unsigned int depth)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);
	const struct sk_buff *next;
	unsigned int i;

	if (!gm_put_struct(parts, skb) || !gm_put_head(parts, skb))
		return false;
	for (i = 0; i < shared->nr_frags; i++) {
		if (!gm_put_frag(parts, &shared->frags[i], skb_cloned(skb)))
			return false;
	}
	parts->frags_max = max_t(u32, parts->frags_max, shared->nr_frags);
	if (depth == GM_LIST_DEPTH)
		return !shared->frag_list;
	for (next = shared->frag_list; next; next = next->next) {
		if (!gm_put_skb(parts, next, depth + 1))
			return false;
	}
	return true;
}

bool gm_parts_add_skb(struct gm_parts *parts, const struct sk_buff *skb)
{
	struct gm_lot *lot = &parts->lot[parts->at];
	u32 nr = parts->nr;

	if (!gm_put_skb(parts, skb, 0)) {
		if (nr) {
			parts->nr = nr;
			return false;
		}
		parts->cut++;
	}
	lot->skbs++;
	lot->bytes += skb->len;
	lot->truesize += skb->truesize;
	return true;
}

bool gm_parts_add_page(struct gm_parts *parts, struct page *page)
{
	return gm_put_page(parts, page);
}

bool gm_parts_add_pages(struct gm_parts *parts, const void *address, size_t bytes)
{
	if (is_vmalloc_addr(address))
		return gm_put_object(parts, GM_PART_VMALLOC, address, PAGE_ALIGN(bytes), false);
	return gm_put_page(parts, virt_to_page(address));
}
