// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks with trampolines in place of return addresses: one that a kretprobe has put there, and
 * some that nobody knows of.
 */
#include <kunit/test.h>
#include <linux/kprobes.h>
#include <linux/preempt.h>
#include <linux/sched/task_stack.h>

#include "compat/trampoline.c"
#include "stack/stack_walk.h"

#include "frames.h"

#define WORDS	64

struct traced {
	struct gm_frames *frames;
	struct gm_stack stack;
	struct gm_trace trace;
	unsigned int ours;
	unsigned long word[WORDS];
};

static int trampoline_test_init(struct kunit *test)
{
	struct traced *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->frames = made_up_frames(test);
	test->priv = t;
	return 0;
}

static struct gm_caller made_up(struct traced *t)
{
	return (struct gm_caller){ .ip = t->word[0], .sp = (unsigned long)&t->word[1] };
}

static void take(struct traced *t, struct gm_caller from, unsigned long end)
{
	preempt_disable();
	gm_stack_take(&t->stack, &t->trace, t->frames, from, end, &t->ours);
	preempt_enable();
}

static void take_known(struct traced *t)
{
	gm_stack_take_known(&t->stack, t->frames, made_up(t), (unsigned long)&t->word[WORDS]);
}

static void kretprobes_is_known(struct kunit *test)
{
	KUNIT_EXPECT_NE(test, 0UL, gm_trampolines.kretprobe);
	KUNIT_EXPECT_TRUE(test, gm_is_trampoline(gm_trampolines.kretprobe));
	KUNIT_EXPECT_FALSE(test, gm_is_trampoline(gm_trampolines.kretprobe + 1));
	KUNIT_EXPECT_TRUE(test, gm_in_trampoline(gm_trampolines.kretprobe + 1));
	KUNIT_EXPECT_FALSE(test, gm_is_trampoline((unsigned long)kretprobes_is_known));
	KUNIT_EXPECT_FALSE(test, gm_in_trampoline((unsigned long)kretprobes_is_known));
}

/* Its return address is the kretprobe's trampoline; that is what it tells. */
static noinline unsigned long watched(struct traced *t)
{
	struct gm_caller from = GM_CALLER();

	take(t, from, (unsigned long)task_stack_page(current) + THREAD_SIZE);
	barrier();
	return from.ip;
}

static int nothing(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return 0;
}

static unsigned long watch(struct kunit *test)
{
	struct kretprobe rp = { .kp.addr = (void *)watched, .handler = nothing, .maxactive = 4 };
	unsigned long ip;

	KUNIT_ASSERT_EQ(test, 0, register_kretprobe(&rp));
	ip = watched(test->priv);
	unregister_kretprobe(&rp);
	return ip;
}

static void replaced_caller_is_found(struct kunit *test)
{
	struct traced *t = test->priv;
	unsigned long frame[GHOSTMEM_STACK_MAX];
	unsigned int depth;

	KUNIT_EXPECT_FALSE(test, gm_is_trampoline(watched(t)));
	KUNIT_EXPECT_GT(test, t->stack.depth, 2);
	depth = t->stack.depth;
	memcpy(frame, t->stack.frame, depth * sizeof(*frame));

	KUNIT_EXPECT_EQ(test, gm_trampolines.kretprobe, watch(test));
	KUNIT_EXPECT_EQ(test, 0U, t->stack.flags & GHOSTMEM_SITE_F_NO_CALLER);
	/* By one function more, and from then on the same. */
	KUNIT_EXPECT_GT(test, t->stack.depth, 3);
	KUNIT_EXPECT_FALSE(test, gm_is_trampoline(t->stack.frame[0]));
	KUNIT_EXPECT_EQ(test, frame[1], t->stack.frame[2]);
}

/* A trampoline that neither kretprobes nor the tracer have put where it stands. */
static void nobodys_has_no_caller(struct kunit *test)
{
	unsigned long trampoline[] = { gm_trampolines.kretprobe, gm_trampolines.graph };
	struct traced *t = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(trampoline); i++) {
		if (!trampoline[i])
			continue;
		t->word[0] = trampoline[i];
		KUNIT_EXPECT_EQ(test, 0UL, gm_true_return((unsigned long)t->word));
		take(t, made_up(t), (unsigned long)&t->word[WORDS]);
		KUNIT_EXPECT_EQ(test, 0, t->stack.depth);
		KUNIT_EXPECT_EQ(test, GHOSTMEM_SITE_F_NO_CALLER, (unsigned int)t->stack.flags);
		take_known(t);
		KUNIT_EXPECT_EQ(test, 0, t->stack.depth);
		KUNIT_EXPECT_EQ(test, GHOSTMEM_SITE_F_NO_CALLER, (unsigned int)t->stack.flags);
	}
}

/* One further out ends the stack, which says so; the trampoline itself is nobody's frame. */
static void outer_one_cuts_the_stack(struct kunit *test)
{
	struct traced *t = test->priv;

	t->word[0] = text(1);
	gm_frames_put(t->frames, text(1), gm_frame(text(1), GM_STEP_SP, 16, 0));
	t->word[2] = gm_trampolines.kretprobe;
	take(t, made_up(t), (unsigned long)&t->word[WORDS]);
	KUNIT_EXPECT_EQ(test, 1, t->stack.depth);
	KUNIT_EXPECT_EQ(test, text(1), t->stack.frame[0]);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_SITE_F_CUT, (unsigned int)t->stack.flags);
	take_known(t);
	KUNIT_EXPECT_EQ(test, 1, t->stack.depth);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_SITE_F_CUT, (unsigned int)t->stack.flags);
}

/* What stands there is believed where it is no trampoline, if it is text. */
static void true_address_stays(struct kunit *test)
{
	struct traced *t = test->priv;

	t->word[0] = (unsigned long)schedule + 8;
	KUNIT_EXPECT_EQ(test, t->word[0], gm_true_return((unsigned long)t->word));
	t->word[0] = 0x1234;
	KUNIT_EXPECT_EQ(test, 0UL, gm_true_return((unsigned long)t->word));
}

/* By where its frame is the caller is found, whatever its address is thought to be. */
static noinline void found_by_stack_pointer(struct kunit *test)
{
	struct gm_caller from = GM_CALLER();
	unsigned long frame[8] = {};

	KUNIT_EXPECT_GT(test, gm_unwind_at(from.ip, from.sp, GM_TRACE_OURS, frame, 8), 2U);
	KUNIT_EXPECT_EQ(test, from.ip, frame[0]);
	KUNIT_EXPECT_EQ(test, 0U, gm_unwind_at(from.ip, from.sp - 4, GM_TRACE_OURS, frame, 8));
	KUNIT_EXPECT_EQ(test, 0U, gm_unwind_at(from.ip, from.sp, 0, frame, 8));
}

static struct kunit_case trampoline_cases[] = {
	KUNIT_CASE(kretprobes_is_known),
	KUNIT_CASE(replaced_caller_is_found),
	KUNIT_CASE(nobodys_has_no_caller),
	KUNIT_CASE(outer_one_cuts_the_stack),
	KUNIT_CASE(true_address_stays),
	KUNIT_CASE(found_by_stack_pointer),
	{}
};

static struct kunit_suite trampoline_suite = {
	.name = "ghostmem_trampoline",
	.init = trampoline_test_init,
	.test_cases = trampoline_cases,
};

kunit_test_suite(trampoline_suite);
