// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks with trampolines in place of return addresses: one that a kretprobe has put there, and
 * some for which no tracer has kept a true address.
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

/* Takes a stack and returns its own return address, which a kretprobe replaces by a trampoline. */
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
	/* There is one more function, watch(); the frames beyond it are the same. */
	KUNIT_EXPECT_GT(test, t->stack.depth, 3);
	KUNIT_EXPECT_FALSE(test, gm_is_trampoline(t->stack.frame[0]));
	KUNIT_EXPECT_EQ(test, frame[1], t->stack.frame[2]);
}

/* Trampolines that neither kretprobes nor the function graph tracer have put there. */
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

/* A trampoline further out cuts the stack, which is flagged; it is not a frame itself. */
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

/* An address on the stack that is not a trampoline is taken as it is, if it is text. */
static void true_address_stays(struct kunit *test)
{
	struct traced *t = test->priv;

	t->word[0] = (unsigned long)schedule + 8;
	KUNIT_EXPECT_EQ(test, t->word[0], gm_true_return((unsigned long)t->word));
	t->word[0] = 0x1234;
	KUNIT_EXPECT_EQ(test, 0UL, gm_true_return((unsigned long)t->word));
}

/* The caller is found by its stack pointer, whatever the unwinder takes for its address. */
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
