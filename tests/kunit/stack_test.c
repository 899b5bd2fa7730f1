// SPDX-License-Identifier: GPL-2.0
/*
 * Walks of stacks by the frame table: made-up stacks, and the one that the test runs on.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/mm.h>

#include "compat/irq_stack.c"
#include "compat/lookup.c"
#include "compat/unwind.c"
#include "stack/unwind_cache.c"
#include "stack/stack_walk.c"

#include "frames.h"

#define WORDS	256

struct made_up {
	struct gm_frames *frames;
	unsigned long stack[WORDS];
	unsigned long sp;	/* the next free word */
};

static int stack_test_init(struct kunit *test)
{
	struct made_up *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m);
	gm_irq_stack_init();
	m->frames = made_up_frames(test);
	test->priv = m;
	return 0;
}

/* Pushes a frame of @words, including the return address, that is left by a step of @kind. */
static void push(struct made_up *m, unsigned long ip, u8 kind, unsigned int words)
{
	m->stack[m->sp] = ip;
	m->sp += words;
	if (kind != GM_STEP_OTHER)
		gm_frames_put(m->frames, ip, gm_frame(ip, kind, words * sizeof(long), 0));
}

static u64 walk(struct made_up *m, unsigned int order)
{
	struct gm_caller from = {
		.ip = m->stack[0],
		.sp = (unsigned long)&m->stack[1],
	};

	return gm_stack_walk(m->frames, from, (unsigned long)&m->stack[m->sp],
			     (struct gm_block){ .order = order });
}

static u64 hash_of(const unsigned long *frame, unsigned int depth, u8 order, u8 flags)
{
	u64 hash = gm_hash_start((struct gm_block){ .order = order });
	unsigned int i;

	for (i = 0; i < depth; i++)
		hash = gm_hash_frame(hash, frame[i]);
	return gm_hash_end(hash, flags);
}

static void whole_stack(struct kunit *test)
{
	unsigned long frame[] = { text(1), text(2), text(3) };
	struct made_up *m = test->priv;

	push(m, frame[0], GM_STEP_SP, 4);
	push(m, frame[1], GM_STEP_SP, 1);
	push(m, frame[2], GM_STEP_END, 3);
	KUNIT_EXPECT_EQ(test, walk(m, 3), hash_of(frame, 3, 3, 0));
	KUNIT_EXPECT_NE(test, walk(m, 3), hash_of(frame, 3, 2, 0));
	KUNIT_EXPECT_NE(test, walk(m, 3), hash_of(frame, 2, 3, 0));
}

static void interrupt_ends_it(struct kunit *test)
{
	unsigned long frame[] = { text(1), text(2) };
	struct made_up *m = test->priv;

	push(m, frame[0], GM_STEP_SP, 2);
	push(m, frame[1], GM_FRAME_INTERRUPT, 2);
	push(m, text(3), GM_STEP_OTHER, 2);
	KUNIT_EXPECT_EQ(test, walk(m, 0), hash_of(frame, 2, 0, 0));
}

static void tracing_is_left_out(struct kunit *test)
{
	unsigned long frame[] = { text(2), text(3) };
	struct made_up *m = test->priv;

	push(m, text(1), GM_FRAME_HIDDEN, 5);
	push(m, frame[0], GM_STEP_SP, 2);
	push(m, frame[1], GM_STEP_END, 1);
	KUNIT_EXPECT_EQ(test, walk(m, 0), hash_of(frame, 2, 0, 0));
}

static void long_stack_is_cut(struct kunit *test)
{
	unsigned long frame[GHOSTMEM_STACK_MAX + 1];
	struct made_up *m = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(frame); i++) {
		frame[i] = text(i);
		push(m, frame[i], i == GHOSTMEM_STACK_MAX ? GM_STEP_END : GM_STEP_SP, 2);
	}
	KUNIT_EXPECT_EQ(test, walk(m, 0),
			hash_of(frame, GHOSTMEM_STACK_MAX, 0, GHOSTMEM_SITE_F_CUT));
	/* A stack with one frame less is kept as a whole. */
	m->stack[0] = frame[1];
	for (i = 1; i < GHOSTMEM_STACK_MAX; i++)
		m->stack[2 * i] = frame[i + 1];
	KUNIT_EXPECT_EQ(test, walk(m, 0), hash_of(frame + 1, GHOSTMEM_STACK_MAX, 0, 0));
}

static void unknown_frames_are_given_up(struct kunit *test)
{
	struct made_up *m = test->priv;
	static const u8 kinds[] = { GM_STEP_OTHER, GM_STEP_BP, GM_STEP_REGS, GM_FRAME_SYSCALL };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		m->sp = 0;
		push(m, text(1), GM_STEP_SP, 2);
		push(m, text(2 + i), kinds[i], 2);
		KUNIT_EXPECT_EQ(test, 0ULL, walk(m, 0));
	}
}

static u64 walk_bp(struct made_up *m)
{
	struct gm_caller from = {
		.ip = m->stack[0],
		.sp = (unsigned long)&m->stack[1],
	};

	return gm_stack_walk_bp(m->frames, from, (unsigned long)&m->stack[m->sp],
				(struct gm_block){});
}

/*
 * The second function saves the third one's frame pointer, and the first does not touch it. The
 * third function's frame ends two words above that frame pointer, further than its size tells.
 */
static void frame_pointer_is_followed(struct kunit *test)
{
	unsigned long frame[] = { text(1), text(2), text(3), text(4) };
	struct made_up *m = test->priv;

	push(m, frame[0], GM_STEP_SP, 3);
	m->stack[m->sp] = frame[1];
	gm_frames_put(m->frames, frame[1], gm_frame(frame[1], GM_STEP_SP, 4 * sizeof(long), 2));
	m->sp += 4;
	m->stack[m->sp] = frame[2];
	gm_frames_put(m->frames, frame[2], gm_frame(frame[2], GM_STEP_BP, 2 * sizeof(long), 0));
	/* The second function's frame has four words; this is the place of bp = 2 in it. */
	m->stack[m->sp - 1] = (unsigned long)&m->stack[m->sp + 5];
	m->sp += 6;
	push(m, frame[3], GM_STEP_END, 1);
	KUNIT_EXPECT_EQ(test, 0ULL, walk(m, 0));
	KUNIT_EXPECT_EQ(test, walk_bp(m), hash_of(frame, 4, 0, 0));
	/* The frame pointer leads back, or beyond the end, or is unaligned, or was not saved. */
	m->stack[6] = (unsigned long)&m->stack[2];
	KUNIT_EXPECT_EQ(test, walk_bp(m), 0ULL);
	m->stack[6] = (unsigned long)&m->stack[WORDS];
	KUNIT_EXPECT_EQ(test, walk_bp(m), 0ULL);
	m->stack[6] = (unsigned long)&m->stack[m->sp - 2] + 1;
	KUNIT_EXPECT_EQ(test, walk_bp(m), 0ULL);
	m->stack[0] = frame[2];
	KUNIT_EXPECT_EQ(test, walk_bp(m), 0ULL);
}

static void nothing_is_read_beyond_the_end(struct kunit *test)
{
	struct made_up *m = test->priv;

	push(m, text(1), GM_STEP_SP, 2);
	push(m, text(2), GM_STEP_SP, 2);
	push(m, text(3), GM_STEP_END, 2);
	m->sp = 4;
	KUNIT_EXPECT_EQ(test, 0ULL, walk(m, 0));
}

/* Which frames a stack keeps does not depend on what has been learnt. */
static void landmarks_are_told_before(struct kunit *test)
{
	unsigned long size, ip = gm_lookup_function("__traceiter_mm_page_alloc", &size);
	struct made_up *m = test->priv;
	struct gm_stack *stack = kunit_kzalloc(test, sizeof(*stack), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stack);
	KUNIT_ASSERT_NE(test, 0UL, ip);
	stack->frame[0] = ip + size / 2;
	stack->frame[1] = text(1);
	KUNIT_EXPECT_EQ(test, 1U, gm_stack_sift(stack, 2, m->frames));
	KUNIT_EXPECT_EQ(test, text(1), stack->frame[0]);
	ip = gm_lookup_function("handle_softirqs", &size);
	if (!ip)
		return;
	stack->frame[0] = text(1);
	stack->frame[1] = ip + size / 2;
	stack->frame[2] = text(2);
	KUNIT_EXPECT_EQ(test, 2U, gm_stack_sift(stack, 3, m->frames));
}

/* With little stack left, only known frames are taken, up to the first unknown one. */
static void known_frames_are_taken(struct kunit *test)
{
	struct made_up *m = test->priv;
	struct gm_stack *stack = kunit_kzalloc(test, sizeof(*stack), GFP_KERNEL);
	struct gm_caller from;

	KUNIT_ASSERT_NOT_NULL(test, stack);
	push(m, text(1), GM_STEP_SP, 3);
	push(m, text(2), GM_STEP_SP, 2);
	push(m, text(3), GM_STEP_OTHER, 2);
	push(m, text(4), GM_STEP_SP, 2);
	from.ip = m->stack[0];
	from.sp = (unsigned long)&m->stack[1];
	gm_stack_take_known(stack, m->frames, from, (unsigned long)&m->stack[m->sp]);
	KUNIT_EXPECT_EQ(test, 3, stack->depth);
	KUNIT_EXPECT_EQ(test, text(3), stack->frame[2]);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_SITE_F_CUT, (unsigned int)stack->flags);
}

/* Strings as "%pS" prints them for FRED's entry code, which this machine need not have. */
static void fred_is_told_by_name(struct kunit *test)
{
	const struct gm_step regs = { .kind = GM_STEP_REGS };
	unsigned long ip = text(1);

	KUNIT_EXPECT_EQ(test, GM_FRAME_SYSCALL_ENTRY,
			(int)gm_kind(ip, "asm_fred_entrypoint_user+0x30/0x4b", &regs));
	KUNIT_EXPECT_EQ(test, GM_FRAME_INTERRUPT,
			(int)gm_kind(ip, "asm_fred_entrypoint_kernel+0x30/0x4b", &regs));
	KUNIT_EXPECT_EQ(test, GM_FRAME_SYSCALL_ENTRY,
			(int)gm_kind(ip, "entry_SYSCALL_64_after_hwframe+0x6e/0xd8", &regs));
	KUNIT_EXPECT_EQ(test, GM_STEP_REGS, (int)gm_kind(ip, "asm_other+0x30/0x4b", &regs));
}

/* What the unwinder finds in one stack, with or without FRED, is used to walk other stacks. */
static void syscalls_are_noted(struct kunit *test)
{
	unsigned long frame[] = { text(1), text(2), text(3), text(4) };
	struct made_up *m = test->priv;
	struct gm_stack *stack = kunit_kzalloc(test, sizeof(*stack), GFP_KERNEL);
	u64 start = gm_hash_start((struct gm_block){}), hash;
	unsigned long sp, top;

	KUNIT_ASSERT_NOT_NULL(test, stack);
	push(m, frame[0], GM_STEP_SP, 3);
	sp = (unsigned long)&m->stack[m->sp + 1];
	push(m, frame[1], GM_FRAME_SYSCALL, 8);
	push(m, frame[2], GM_STEP_SP, 5);
	m->stack[m->sp] = frame[3];
	gm_frames_put(m->frames, frame[3], gm_frame(frame[3], GM_FRAME_SYSCALL_ENTRY, 0, 0));
	top = (unsigned long)&m->stack[m->sp + 1];
	hash = gm_hash_frame(gm_hash_frame(start, frame[0]), frame[1]);

	/* Nothing is known about the entry yet: the walk gives up, and the stack is unwound. */
	KUNIT_EXPECT_EQ(test, 0ULL, gm_stack_last_via(m->frames, sp, top, hash, 9));
	memcpy(stack->frame, frame, sizeof(frame));
	KUNIT_EXPECT_EQ(test, 4U, gm_stack_sift(stack, 4, m->frames));
	KUNIT_EXPECT_EQ(test, frame[2], m->frames->fred_via);
	KUNIT_EXPECT_EQ(test, frame[3], m->frames->fred_entry);
	KUNIT_EXPECT_EQ(test, 0UL, m->frames->syscall_entry);
	KUNIT_EXPECT_EQ(test, hash_of(frame, 4, 0, 0),
			gm_stack_last_via(m->frames, sp, top, hash, 9));
	KUNIT_EXPECT_EQ(test, hash_of(frame, 3, 0, GHOSTMEM_SITE_F_CUT),
			gm_stack_last_via(m->frames, sp, top, hash, 2));
	KUNIT_EXPECT_EQ(test, hash_of(frame, 2, 0, GHOSTMEM_SITE_F_CUT),
			gm_stack_last_via(m->frames, sp, top, hash, 1));
	/* The stack ends in another way. */
	KUNIT_EXPECT_EQ(test, 0ULL, gm_stack_last_via(m->frames, sp, top - 8, hash, 9));
	KUNIT_EXPECT_EQ(test, 0ULL, gm_stack_last_via(m->frames, top, top, hash, 9));
	m->stack[m->sp] = frame[0];
	KUNIT_EXPECT_EQ(test, 0ULL, gm_stack_last_via(m->frames, sp, top, hash, 9));
	/* Without FRED: the entry code calls the function itself. */
	stack->frame[2] = frame[3];
	KUNIT_EXPECT_EQ(test, 3U, gm_stack_sift(stack, 3, m->frames));
	KUNIT_EXPECT_EQ(test, frame[3], m->frames->syscall_entry);
}

/* On the stack that the test runs on, the walk finds the same frames as the unwinder. */
static noinline void compare_here(struct kunit *test)
{
	struct gm_caller from = GM_CALLER();
	struct made_up *m = test->priv;
	unsigned long end = (unsigned long)task_stack_page(current) + THREAD_SIZE;
	unsigned long frame[GHOSTMEM_STACK_MAX];
	unsigned int ours = 0, depth;
	struct gm_stack *stack;
	struct gm_trace *trace;

	stack = kunit_kzalloc(test, sizeof(*stack), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, stack);
	trace = kunit_kzalloc(test, sizeof(*trace), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, trace);
	preempt_disable();
	gm_stack_take(stack, trace, m->frames, from, end, &ours);
	preempt_enable();
	KUNIT_EXPECT_GT(test, stack->depth, 3);
	learn_wanted(m->frames);
	KUNIT_EXPECT_EQ(test, hash_of(stack->frame, stack->depth, 0, stack->flags),
			gm_stack_walk(m->frames, from, end, (struct gm_block){}) ?:
			gm_stack_walk_bp(m->frames, from, end, (struct gm_block){}));
	/* gm_stack_ask() finds them without the unwinder, whether the table has them or not. */
	depth = stack->depth;
	memcpy(frame, stack->frame, sizeof(frame));
	KUNIT_EXPECT_GE(test, gm_stack_ask(stack, m->frames, from, end), depth);
	KUNIT_EXPECT_EQ(test, 0, memcmp(frame, stack->frame, depth * sizeof(*frame)));
	memset(m->frames, 0, sizeof(*m->frames));
	KUNIT_EXPECT_GE(test, gm_stack_ask(stack, m->frames, from, end), depth);
	KUNIT_EXPECT_EQ(test, 0, memcmp(frame, stack->frame, depth * sizeof(*frame)));
}

/*
 * A function of its own, because KASAN aligns the arrays of compare_here(): such a frame is left by
 * its frame pointer, which a walk that begins in it does not know.
 */
static noinline void compare_deeper(struct kunit *test, unsigned int more)
{
	if (more)
		compare_deeper(test, more - 1);
	else
		compare_here(test);
	/* Code after the call prevents a tail call, which would drop the frame. */
	barrier();
}

static void this_stack_is_the_unwinders(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < GHOSTMEM_STACK_MAX + 4; i++)
		compare_deeper(test, i);
}

static struct kunit_case stack_cases[] = {
	KUNIT_CASE(whole_stack),
	KUNIT_CASE(interrupt_ends_it),
	KUNIT_CASE(tracing_is_left_out),
	KUNIT_CASE(long_stack_is_cut),
	KUNIT_CASE(unknown_frames_are_given_up),
	KUNIT_CASE(frame_pointer_is_followed),
	KUNIT_CASE(nothing_is_read_beyond_the_end),
	KUNIT_CASE(landmarks_are_told_before),
	KUNIT_CASE(known_frames_are_taken),
	KUNIT_CASE(fred_is_told_by_name),
	KUNIT_CASE(syscalls_are_noted),
	KUNIT_CASE(this_stack_is_the_unwinders),
	{}
};

static struct kunit_suite stack_suite = {
	.name = "ghostmem_stack",
	.init = stack_test_init,
	.test_cases = stack_cases,
};

kunit_test_suite(stack_suite);
