// SPDX-License-Identifier: GPL-2.0
/*
 * The parts of skbs of all shapes.
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/skbuff.h>

#include "census/skb_parts.c"

#define ROOM	64

static int parts_test_init(struct kunit *test)
{
	struct gm_parts *parts = kunit_kzalloc(test, sizeof(*parts), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, parts);
	KUNIT_ASSERT_EQ(test, 0, gm_parts_init(parts, ROOM));
	test->priv = parts;
	return 0;
}

static void parts_test_exit(struct kunit *test)
{
	if (test->priv)
		gm_parts_destroy(test->priv);
}

static struct sk_buff *skb_of(struct kunit *test, unsigned int size)
{
	struct sk_buff *skb = alloc_skb(size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	return skb;
}

static void add_frag(struct kunit *test, struct sk_buff *skb, unsigned int order)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, order);

	KUNIT_ASSERT_NOT_NULL(test, page);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, 100, 200, PAGE_SIZE << order);
}

static u64 bytes_of(const struct gm_parts *parts, enum gm_part_kind kind)
{
	u64 bytes = 0;
	u32 i;

	for (i = 0; i < parts->nr; i++)
		bytes += parts->part[i].kind == kind ? parts->part[i].bytes : 0;
	return bytes;
}

static void head_in_slab(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100);

	skb_put(skb, 30);
	KUNIT_EXPECT_TRUE(test, gm_parts_add_skb(parts, skb));
	KUNIT_EXPECT_EQ(test, 2, parts->nr);
	KUNIT_EXPECT_EQ(test, ksize(skb) + ksize(skb->head), bytes_of(parts, GM_PART_SLAB));
	KUNIT_EXPECT_EQ(test, 1, parts->lot[0].skbs);
	KUNIT_EXPECT_EQ(test, 30, parts->lot[0].bytes);
	KUNIT_EXPECT_EQ(test, skb->truesize, parts->lot[0].truesize);
	kfree_skb(skb);
}

static void head_too_large_for_slab(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 60000);

	KUNIT_EXPECT_TRUE(test, gm_parts_add_skb(parts, skb));
	/* It is counted as slab, as in /proc/meminfo. */
	KUNIT_EXPECT_EQ(test, 65536 + ksize(skb), bytes_of(parts, GM_PART_SLAB));
	KUNIT_EXPECT_EQ(test, 0, bytes_of(parts, GM_PART_BLOCK));
	kfree_skb(skb);
}

static void head_in_a_page_fragment(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	unsigned int size = 2048;
	struct sk_buff *skb;
	void *data;

	data = netdev_alloc_frag(size);
	KUNIT_ASSERT_NOT_NULL(test, data);
	skb = build_skb(data, size);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_TRUE(test, gm_parts_add_skb(parts, skb));
	KUNIT_EXPECT_EQ(test, page_size(virt_to_head_page(data)),
			bytes_of(parts, GM_PART_BLOCK));
	KUNIT_EXPECT_EQ(test, ksize(skb), bytes_of(parts, GM_PART_SLAB));
	kfree_skb(skb);
}

static void fragments_at_their_full_size(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100);
	unsigned int i;

	for (i = 0; i < MAX_SKB_FRAGS; i++)
		add_frag(test, skb, i % 4);
	KUNIT_EXPECT_TRUE(test, gm_parts_add_skb(parts, skb));
	KUNIT_EXPECT_EQ(test, MAX_SKB_FRAGS, parts->frags_max);
	for (i = 0; i < MAX_SKB_FRAGS; i++) {
		const struct gm_part *part = &parts->part[2 + i];

		KUNIT_EXPECT_EQ(test, GM_PART_BLOCK, part->kind);
		KUNIT_EXPECT_EQ(test, i % 4, part->order);
		KUNIT_EXPECT_EQ(test, page_to_pfn(skb_frag_page(&skb_shinfo(skb)->frags[i])),
				part->key);
	}
	kfree_skb(skb);
}

/* split_page() and old drivers leave blocks that are not compound pages. */
static void fragment_over_pages_of_no_compound(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100);
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	split_page(page, 2);
	skb_fill_page_desc(skb, 0, page, PAGE_SIZE + 10, 2 * PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, gm_parts_add_skb(parts, skb));
	/* The fragment extends from the second page to the last. */
	KUNIT_EXPECT_EQ(test, 3 * PAGE_SIZE, bytes_of(parts, GM_PART_BLOCK));
	KUNIT_EXPECT_EQ(test, page_to_pfn(page) + 1, parts->part[2].key);
	skb_shinfo(skb)->nr_frags = 0;
	kfree_skb(skb);
	for (i = 0; i < 4; i++)
		__free_page(page + i);
}

static void a_clone_shares_its_head(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100), *clone;

	clone = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	gm_parts_add_skb(parts, skb);
	gm_parts_add_skb(parts, clone);
	KUNIT_ASSERT_EQ(test, 4, parts->nr);
	KUNIT_EXPECT_EQ(test, 0, parts->part[0].key);
	KUNIT_EXPECT_EQ(test, (u64)(unsigned long)skb->head, parts->part[1].key);
	KUNIT_EXPECT_EQ(test, 0, parts->part[2].key);
	KUNIT_EXPECT_EQ(test, parts->part[1].key, parts->part[3].key);
	kfree_skb(skb);
	gm_parts_clear(parts);
	gm_parts_add_skb(parts, clone);
	KUNIT_EXPECT_EQ(test, 0, parts->part[1].key);
	kfree_skb(clone);
}

static void a_pair_is_one_object(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = alloc_skb_fclone(100, GFP_KERNEL), *clone;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	gm_parts_add_skb(parts, skb);
	KUNIT_EXPECT_EQ(test, ksize(skb), parts->part[0].bytes);
	KUNIT_EXPECT_GE(test, parts->part[0].bytes, sizeof(struct sk_buff_fclones));
	KUNIT_EXPECT_EQ(test, 0, parts->part[0].key);
	clone = skb_clone(skb, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	gm_parts_clear(parts);
	gm_parts_add_skb(parts, clone);
	gm_parts_add_skb(parts, skb);
	KUNIT_EXPECT_EQ(test, (u64)(unsigned long)skb, parts->part[0].key);
	KUNIT_EXPECT_EQ(test, parts->part[0].key, parts->part[2].key);
	kfree_skb(skb);
	gm_parts_clear(parts);
	/* The second sk_buff of the pair alone holds the whole object. */
	gm_parts_add_skb(parts, clone);
	KUNIT_EXPECT_EQ(test, 0, parts->part[0].key);
	KUNIT_EXPECT_GE(test, parts->part[0].bytes, sizeof(struct sk_buff_fclones));
	kfree_skb(clone);
}

static void skbs_in_a_list_are_parts_of_the_first(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100), *second = skb_of(test, 100);

	add_frag(test, second, 3);
	skb_shinfo(skb)->frag_list = second;
	skb->len += second->len;
	skb->data_len += second->len;
	skb->truesize += second->truesize;
	KUNIT_EXPECT_TRUE(test, gm_parts_add_skb(parts, skb));
	KUNIT_EXPECT_EQ(test, 5, parts->nr);
	KUNIT_EXPECT_EQ(test, 1, parts->lot[0].skbs);
	KUNIT_EXPECT_EQ(test, skb->truesize, parts->lot[0].truesize);
	KUNIT_EXPECT_EQ(test, 8 * PAGE_SIZE, bytes_of(parts, GM_PART_BLOCK));
	kfree_skb(skb);
}

static void pages_of_a_mapping_are_told_apart(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100);
	struct page *page = alloc_page(GFP_KERNEL);
	struct address_space mapping = {};

	KUNIT_ASSERT_NOT_NULL(test, page);
	skb_fill_page_desc(skb, 0, page, 0, 100);
	page->mapping = &mapping;
	gm_parts_add_skb(parts, skb);
	page->mapping = NULL;
	KUNIT_EXPECT_EQ(test, PAGE_SIZE, bytes_of(parts, GM_PART_MAPPED));
	KUNIT_EXPECT_EQ(test, 0, bytes_of(parts, GM_PART_BLOCK));
	kfree_skb(skb);
}

static void buffers_in_vmalloc_space(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	void *p = vmalloc(3 * PAGE_SIZE);

	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_TRUE(test, gm_parts_add_pages(parts, p, 2 * PAGE_SIZE + 1));
	KUNIT_EXPECT_EQ(test, 3 * PAGE_SIZE, bytes_of(parts, GM_PART_VMALLOC));
	vfree(p);
}

static void full_is_all_or_nothing(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100);
	unsigned int i;

	for (i = 0; i < MAX_SKB_FRAGS; i++)
		add_frag(test, skb, 0);
	while (gm_parts_add_skb(parts, skb))
		;
	KUNIT_EXPECT_EQ(test, 0, parts->nr % (MAX_SKB_FRAGS + 2));
	KUNIT_EXPECT_EQ(test, parts->nr / (MAX_SKB_FRAGS + 2), parts->lot[0].skbs);
	KUNIT_EXPECT_EQ(test, 0, parts->cut);
	gm_parts_clear(parts);
	KUNIT_EXPECT_TRUE(test, gm_parts_add_skb(parts, skb));
	/* An skb that is too large even for an empty struct is cut, which is counted. */
	gm_parts_clear(parts);
	parts->max = 5;
	KUNIT_EXPECT_TRUE(test, gm_parts_add_skb(parts, skb));
	KUNIT_EXPECT_EQ(test, 5, parts->nr);
	KUNIT_EXPECT_EQ(test, 1, parts->cut);
	KUNIT_EXPECT_EQ(test, 1, parts->lot[0].skbs);
	kfree_skb(skb);
}

static void lots_are_kept_apart(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100);

	skb_put(skb, 30);
	gm_parts_add_skb(parts, skb);
	parts->at = 5;
	gm_parts_add_skb(parts, skb);
	gm_parts_add_skb(parts, skb);
	KUNIT_EXPECT_EQ(test, 1, parts->lot[0].skbs);
	KUNIT_EXPECT_EQ(test, 2, parts->lot[5].skbs);
	KUNIT_EXPECT_EQ(test, 60, parts->lot[5].bytes);
	KUNIT_EXPECT_EQ(test, 0, parts->part[0].lot);
	KUNIT_EXPECT_EQ(test, 5, parts->part[2].lot);
	gm_parts_clear(parts);
	KUNIT_EXPECT_EQ(test, 0, parts->lot[5].skbs);
	KUNIT_EXPECT_EQ(test, 0, parts->at);
	kfree_skb(skb);
}

static void a_room_grows_within_limits(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100);
	u32 max = parts->max;

	gm_parts_add_skb(parts, skb);
	KUNIT_EXPECT_TRUE(test, gm_parts_grow(parts));
	KUNIT_EXPECT_EQ(test, 0, parts->nr);
	KUNIT_EXPECT_EQ(test, 0, parts->lot[0].skbs);
	KUNIT_EXPECT_EQ(test, 4 * max, parts->max);
	while (gm_parts_grow(parts))
		;
	KUNIT_EXPECT_EQ(test, GM_PARTS_MAX, parts->max);
	kfree_skb(skb);
}

static void the_page_of_zeroes_is_nobodys(struct kunit *test)
{
	struct gm_parts *parts = test->priv;
	struct sk_buff *skb = skb_of(test, 100);

	get_page(ZERO_PAGE(0));
	skb_fill_page_desc(skb, 0, ZERO_PAGE(0), 0, 100);
	gm_parts_add_skb(parts, skb);
	KUNIT_EXPECT_EQ(test, 2, parts->nr);
	kfree_skb(skb);
}

static struct kunit_case parts_cases[] = {
	KUNIT_CASE(head_in_slab),
	KUNIT_CASE(head_too_large_for_slab),
	KUNIT_CASE(head_in_a_page_fragment),
	KUNIT_CASE(fragments_at_their_full_size),
	KUNIT_CASE(fragment_over_pages_of_no_compound),
	KUNIT_CASE(a_clone_shares_its_head),
	KUNIT_CASE(a_pair_is_one_object),
	KUNIT_CASE(skbs_in_a_list_are_parts_of_the_first),
	KUNIT_CASE(pages_of_a_mapping_are_told_apart),
	KUNIT_CASE(buffers_in_vmalloc_space),
	KUNIT_CASE(full_is_all_or_nothing),
	KUNIT_CASE(lots_are_kept_apart),
	KUNIT_CASE(a_room_grows_within_limits),
	KUNIT_CASE(the_page_of_zeroes_is_nobodys),
	{}
};

static struct kunit_suite parts_suite = {
	.name = "ghostmem_skb_parts",
	.init = parts_test_init,
	.exit = parts_test_exit,
	.test_cases = parts_cases,
};

kunit_test_suite(parts_suite);
