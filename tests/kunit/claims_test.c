// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: the first claim, repeated claims and shared ones; and the arena's limit.
 */
#include <kunit/test.h>

#include "census/arena.c"
#include "census/claims.c"

struct claims_room {
	struct gm_arena arena;
	struct gm_claims claims;
};

static int claims_test_init(struct kunit *test)
{
	struct claims_room *room = kunit_kzalloc(test, sizeof(*room), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, room);
	gm_arena_init(&room->arena, SZ_1M);
	gm_claims_init(&room->claims, &room->arena);
	test->priv = room;
	return 0;
}

static void claims_test_exit(struct kunit *test)
{
	struct claims_room *room = test->priv;

	if (!room)
		return;
	gm_claims_destroy(&room->claims);
	gm_arena_destroy(&room->arena);
}

static void a_block_is_first_then_again(struct kunit *test)
{
	struct claims_room *room = test->priv;
	u32 other = 0;

	KUNIT_EXPECT_EQ(test, GM_CLAIM_FIRST, gm_claim_pfn(&room->claims, 8, 1, &other));
	KUNIT_EXPECT_EQ(test, GM_CLAIM_AGAIN, gm_claim_pfn(&room->claims, 8, 1, &other));
	KUNIT_EXPECT_EQ(test, GM_CLAIM_FIRST, gm_claim_pfn(&room->claims, 9, 1, &other));
	KUNIT_EXPECT_EQ(test, 0, other);
}

static void the_first_of_two_is_told_once(struct kunit *test)
{
	struct claims_room *room = test->priv;
	u32 other = 0;

	gm_claim_pfn(&room->claims, 8, 1, &other);
	KUNIT_EXPECT_EQ(test, GM_CLAIM_NEWLY_SHARED, gm_claim_pfn(&room->claims, 8, 2, &other));
	KUNIT_EXPECT_EQ(test, 1, other);
	KUNIT_EXPECT_EQ(test, GM_CLAIM_AGAIN, gm_claim_pfn(&room->claims, 8, 2, &other));
	other = 0;
	KUNIT_EXPECT_EQ(test, GM_CLAIM_SHARED, gm_claim_pfn(&room->claims, 8, 3, &other));
	KUNIT_EXPECT_EQ(test, 0, other);
}

static void far_frames_and_the_largest_owner(struct kunit *test)
{
	struct claims_room *room = test->priv;
	unsigned long far = BIT(40) + 5;
	u32 other = 0;

	KUNIT_EXPECT_EQ(test, GM_CLAIM_FIRST,
			gm_claim_pfn(&room->claims, far, GM_CLAIM_OWNER_MAX, &other));
	KUNIT_EXPECT_EQ(test, GM_CLAIM_AGAIN,
			gm_claim_pfn(&room->claims, far, GM_CLAIM_OWNER_MAX, &other));
	KUNIT_EXPECT_EQ(test, GM_CLAIM_NEWLY_SHARED,
			gm_claim_pfn(&room->claims, far, GM_CLAIM_OWNER_MAX - 1, &other));
	KUNIT_EXPECT_EQ(test, GM_CLAIM_OWNER_MAX, other);
}

static void objects_likewise(struct kunit *test)
{
	struct claims_room *room = test->priv;
	unsigned long address = (unsigned long)room;

	KUNIT_EXPECT_EQ(test, GM_CLAIM_FIRST, gm_claim_object(&room->claims, address, 1));
	KUNIT_EXPECT_EQ(test, GM_CLAIM_AGAIN, gm_claim_object(&room->claims, address, 1));
	KUNIT_EXPECT_EQ(test, GM_CLAIM_FIRST, gm_claim_object(&room->claims, address + 8, 1));
	KUNIT_EXPECT_EQ(test, GM_CLAIM_SHARED, gm_claim_object(&room->claims, address, 2));
}

static void what_does_not_fit_is_refused(struct kunit *test)
{
	struct claims_room *room = test->priv;
	unsigned long pfn = 0;
	u32 other;

	while (gm_claim_pfn(&room->claims, pfn, 1, &other) == GM_CLAIM_FIRST)
		pfn += GM_CLAIM_LEAF;
	KUNIT_EXPECT_EQ(test, SZ_1M / PAGE_SIZE, pfn / GM_CLAIM_LEAF);
	KUNIT_EXPECT_EQ(test, GM_CLAIM_NO_MEMORY, gm_claim_pfn(&room->claims, pfn, 1, &other));
	KUNIT_EXPECT_EQ(test, GM_CLAIM_NO_MEMORY, gm_claim_object(&room->claims, pfn, 1));
	/* Existing claims stay. */
	KUNIT_EXPECT_EQ(test, GM_CLAIM_AGAIN, gm_claim_pfn(&room->claims, 0, 1, &other));
	KUNIT_EXPECT_NULL(test, gm_arena_alloc(&room->arena, 8));
}

static void the_arena_gives_zeroed_and_apart(struct kunit *test)
{
	struct claims_room *room = test->priv;
	size_t sizes[] = { 1, 7, 8, 100, PAGE_SIZE };
	unsigned int i, round;
	u8 *p;

	for (round = 0; round < 50; round++) {
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			p = gm_arena_alloc(&room->arena, sizes[i]);
			KUNIT_ASSERT_NOT_NULL(test, p);
			KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)p, sizeof(u64)));
			KUNIT_EXPECT_NULL(test, memchr_inv(p, 0, sizes[i]));
			memset(p, 0xa5, sizes[i]);
		}
	}
	KUNIT_EXPECT_LE(test, room->arena.bytes, room->arena.limit);
}

static struct kunit_case claims_cases[] = {
	KUNIT_CASE(a_block_is_first_then_again),
	KUNIT_CASE(the_first_of_two_is_told_once),
	KUNIT_CASE(far_frames_and_the_largest_owner),
	KUNIT_CASE(objects_likewise),
	KUNIT_CASE(what_does_not_fit_is_refused),
	KUNIT_CASE(the_arena_gives_zeroed_and_apart),
	{}
};

static struct kunit_suite claims_suite = {
	.name = "ghostmem_claims",
	.init = claims_test_init,
	.exit = claims_test_exit,
	.test_cases = claims_cases,
};

kunit_test_suite(claims_suite);
