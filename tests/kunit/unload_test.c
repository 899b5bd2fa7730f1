// SPDX-License-Identifier: GPL-2.0
/*
 * The frame tables are told of all text that is loaded or unloaded: they forget all addresses in it
 * and no others. The module that is loaded and unloaded here is the one that has this test.
 */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "module_notifier.c"
#include "text_change.c"

/* Only its frame tables are initialized. */
struct gm_tracker gm_tracker;

static unsigned long text_of_ours(void)
{
	return (unsigned long)gm_text_changes + 4;
}

static unsigned long text_of_kernel(void)
{
	return (unsigned long)kfree + 4;
}

static int frames_init(struct gm_origins *o)
{
	mutex_init(&o->learning);
	o->frames = vzalloc(sizeof(*o->frames));
	return o->frames ? 0 : -ENOMEM;
}

static int unload_test_init(struct kunit *test)
{
	struct gm_tracker *t = &gm_tracker;

	memset(t, 0, sizeof(*t));
	init_rwsem(&t->records);
	KUNIT_ASSERT_EQ(test, 0, frames_init(&t->recorder.origins));
	KUNIT_ASSERT_EQ(test, 0, frames_init(&t->skb.skbs.origins));
	return 0;
}

static void unload_test_exit(struct kunit *test)
{
	vfree(gm_tracker.recorder.origins.frames);
	vfree(gm_tracker.skb.skbs.origins.frames);
}

static void learn(struct gm_origins *o, unsigned long ip)
{
	gm_frames_put(o->frames, ip, gm_frame(ip, GM_STEP_SP, 16, 0));
	gm_frames_want(o->frames, ip + 1);
}

static bool is_wanted(const struct gm_frames *f, unsigned long ip)
{
	unsigned int i;

	for (i = 0; i < GM_FRAMES_WANTED; i++) {
		if (f->wanted[i] == ip)
			return true;
	}
	return false;
}

/* Counts how much of what learn() has entered is still known: 2, or nothing. */
static int known(const struct gm_origins *o, unsigned long ip)
{
	return !!gm_frames_search(o->frames, ip) + is_wanted(o->frames, ip + 1);
}

struct left {
	int ours;
	int kernel;
};

/* Returns what is left in a table, of ours and of the kernel, once this module is in @state. */
static struct left told(struct gm_origins *o, unsigned long state)
{
	learn(o, text_of_ours());
	learn(o, text_of_kernel());
	gm_module_event(NULL, state, THIS_MODULE);
	return (struct left){ known(o, text_of_ours()), known(o, text_of_kernel()) };
}

static void expect_forgets(struct kunit *test, struct gm_origins *o, bool *armed)
{
	static const unsigned long changes[] = { MODULE_STATE_COMING, MODULE_STATE_GOING };
	struct left left;
	unsigned int i;

	*armed = true;
	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		left = told(o, changes[i]);
		KUNIT_EXPECT_EQ_MSG(test, 0, left.ours, "state %lu", changes[i]);
		KUNIT_EXPECT_EQ_MSG(test, 2, left.kernel, "state %lu", changes[i]);
	}
	/* At MODULE_STATE_LIVE only init text goes away; MODULE_STATE_UNFORMED is ignored. */
	KUNIT_EXPECT_EQ(test, 2, told(o, MODULE_STATE_LIVE).ours);
	KUNIT_EXPECT_EQ(test, 2, told(o, MODULE_STATE_UNFORMED).ours);
	*armed = false;
	KUNIT_EXPECT_EQ(test, 2, told(o, MODULE_STATE_GOING).ours);
}

static void pages_frames_are_forgotten(struct kunit *test)
{
	expect_forgets(test, &gm_tracker.recorder.origins, &gm_tracker.armed);
}

static void skbs_frames_are_forgotten(struct kunit *test)
{
	expect_forgets(test, &gm_tracker.skb.skbs.origins, &gm_tracker.skb.armed);
}

static struct kunit_case unload_cases[] = {
	KUNIT_CASE(pages_frames_are_forgotten),
	KUNIT_CASE(skbs_frames_are_forgotten),
	{}
};

static struct kunit_suite unload_suite = {
	.name = "ghostmem_unload",
	.init = unload_test_init,
	.exit = unload_test_exit,
	.test_cases = unload_cases,
};

kunit_test_suite(unload_suite);
