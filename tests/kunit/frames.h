/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A frame table for the tests that walk stacks, and addresses of text that does not exist.
 */
#ifndef GHOSTMEM_KUNIT_FRAMES_H
#define GHOSTMEM_KUNIT_FRAMES_H

#include <kunit/test.h>

#include "compat/trampoline.h"
#include "stack/unwind_cache.h"

static inline unsigned long text(unsigned int i)
{
	return 0xffffffff81000000UL + i * 0x123;
}

/*
 * Makes an empty table, which is freed with the test, and initializes what the module does at load,
 * before anything is learnt.
 */
static inline struct gm_frames *made_up_frames(struct kunit *test)
{
	struct gm_frames *frames = kunit_kzalloc(test, sizeof(*frames), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, frames);
	gm_trampolines_init();
	gm_frames_init();
	return frames;
}

/* Learns all wanted addresses, as the worker does. */
static inline void learn_wanted(struct gm_frames *f)
{
	unsigned int i;

	gm_frames_look(f);
	for (i = 0; i < GM_FRAMES_WANTED; i++)
		gm_frames_learn_wanted(f, i);
}

#endif /* GHOSTMEM_KUNIT_FRAMES_H */
