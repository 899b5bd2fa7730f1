// SPDX-License-Identifier: GPL-2.0
/*
 * The frame table: what it learns about return addresses, and when it forgets them.
 */
#include <kunit/test.h>

#include "frames.h"

static void table_forgets_the_oldest_place(struct kunit *test)
{
	struct gm_frames *frames = made_up_frames(test);
	unsigned int i, known = 0;

	for (i = 0; i < 4 * GM_FRAMES_NR; i++) {
		gm_frames_put(frames, text(i),
			      gm_frame(text(i), i % 3, 8 * (i % 100 + 1), i % 7));
		KUNIT_ASSERT_NE(test, 0ULL, gm_frames_find(frames, text(i)));
	}
	for (i = 0; i < 4 * GM_FRAMES_NR; i++) {
		gm_frame_t frame = gm_frames_find(frames, text(i));

		if (!frame)
			continue;
		known++;
		KUNIT_ASSERT_EQ(test, i % 3, (unsigned int)gm_frame_kind(frame));
		KUNIT_ASSERT_EQ(test, 8 * (i % 100 + 1), (unsigned int)gm_frame_size(frame));
		KUNIT_ASSERT_EQ(test, i % 7, (unsigned int)gm_frame_bp(frame));
	}
	KUNIT_EXPECT_GT(test, known, GM_FRAMES_NR / 2);
}

static bool is_low(void *ctx, unsigned long ip)
{
	return ip < *(unsigned long *)ctx;
}

static void gone_text_is_forgotten(struct kunit *test)
{
	unsigned long limit = text(50);
	struct gm_frames *frames = made_up_frames(test);
	unsigned int i;

	for (i = 0; i < 100; i++)
		gm_frames_put(frames, text(i), gm_frame(text(i), GM_STEP_SP, 8, 0));
	gm_frames_forget(frames, is_low, &limit);
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, i >= 50, !!gm_frames_find(frames, text(i)));
}

/* An address is noted once and the worker is called once; without room it is noted later. */
static void wanted_is_learnt(struct kunit *test)
{
	struct gm_frames *frames = made_up_frames(test);
	unsigned int i, learnt = 0;

	KUNIT_EXPECT_FALSE(test, gm_frames_call(frames));
	gm_frames_want(frames, text(1));
	gm_frames_want(frames, text(1));
	KUNIT_EXPECT_TRUE(test, gm_frames_call(frames));
	gm_frames_want(frames, text(2));
	KUNIT_EXPECT_FALSE(test, gm_frames_call(frames));
	learn_wanted(frames);
	KUNIT_EXPECT_NE(test, 0ULL, gm_frames_find(frames, text(1)));
	KUNIT_EXPECT_NE(test, 0ULL, gm_frames_find(frames, text(2)));
	KUNIT_EXPECT_FALSE(test, gm_frames_call(frames));
	for (i = 0; i < 4 * GM_FRAMES_WANTED; i++)
		gm_frames_want(frames, text(i));
	KUNIT_EXPECT_TRUE(test, gm_frames_call(frames));
	learn_wanted(frames);
	for (i = 0; i < 4 * GM_FRAMES_WANTED; i++)
		learnt += !!gm_frames_find(frames, text(i));
	KUNIT_EXPECT_GT(test, learnt, GM_FRAMES_WANTED / 2);
	KUNIT_EXPECT_LE(test, learnt, GM_FRAMES_WANTED + 2);
}

static void gone_text_is_not_learnt(struct kunit *test)
{
	unsigned long limit = text(2);
	struct gm_frames *frames = made_up_frames(test);

	gm_frames_want(frames, text(1));
	gm_frames_want(frames, text(2));
	gm_frames_forget(frames, is_low, &limit);
	learn_wanted(frames);
	KUNIT_EXPECT_EQ(test, 0ULL, gm_frames_find(frames, text(1)));
	KUNIT_EXPECT_NE(test, 0ULL, gm_frames_find(frames, text(2)));
}

static struct kunit_case frame_table_cases[] = {
	KUNIT_CASE(table_forgets_the_oldest_place),
	KUNIT_CASE(gone_text_is_forgotten),
	KUNIT_CASE(wanted_is_learnt),
	KUNIT_CASE(gone_text_is_not_learnt),
	{}
};

static struct kunit_suite frame_table_suite = {
	.name = "ghostmem_frame_table",
	.test_cases = frame_table_cases,
};

kunit_test_suite(frame_table_suite);
