// SPDX-License-Identifier: GPL-2.0
/*
 * Asking the unwinder. See unwind.h.
 *
 * It is run on a fake stack in which each word encodes its own index. The return address and stack
 * pointer that it computes for the caller then show which words it read, and so what its table
 * says, whatever the table's layout.
 */
#include <linux/kernel.h>

#include "unwind.h"

#ifdef CONFIG_UNWINDER_ORC
#include <linux/ptrace.h>
#include <linux/sched/task.h>
#include <asm/unwind.h>

/* A frame larger than this is left to the unwinder. */
#define GM_FRAME_WORDS	250
/* Both frame pointers that are tried, GM_BP_SHIFT words apart, are beyond the frame. */
#define GM_BP_SHIFT	4
#define GM_BP_WORDS	16
/* The fake stack also has room for the registers that a GM_STEP_REGS reads. */
#define GM_WORDS	(GM_FRAME_WORDS + GM_BP_WORDS + sizeof(struct pt_regs) / sizeof(long))

/* Odd, and outside kernel text, so that the unwinder does not take it for a valid address. */
#define gm_token(i)	(0x10001UL + 2 * (i))

static unsigned long gm_made_up[GM_WORDS];

/* Fills the fake stack. Concurrent callers write the same values, so no lock is needed. */
static void gm_make_up(void)
{
	unsigned long i;

	if (likely(READ_ONCE(gm_made_up[GM_WORDS - 1]) == gm_token(GM_WORDS - 1)))
		return;
	for (i = 0; i < GM_WORDS; i++)
		WRITE_ONCE(gm_made_up[i], gm_token(i));
}

/*
 * Returns where the frame saves the caller's frame pointer, in words below the caller's stack
 * pointer; 0 if the unwinder left it unchanged, and -1 if neither is the case.
 */
static int gm_where_bp(const struct unwind_state *state, const unsigned long *bp,
		       unsigned long words)
{
	unsigned long i = (state->bp - gm_token(0)) / 2;

	if (state->bp == (unsigned long)bp)
		return 0;
	if (i >= words || state->bp != gm_token(i) || words - i > U8_MAX)
		return -1;
	return words - i;
}

static struct gm_step gm_ask(unsigned long ip, unsigned long *bp)
{
	const struct gm_step other = { .kind = GM_STEP_OTHER };
	struct gm_step step = other;
	struct unwind_state state = {
		.stack_info = {
			.type = STACK_TYPE_TASK,
			.begin = gm_made_up,
			.end = gm_made_up + GM_WORDS,
		},
		/* Not current: for that the unwinder would log warnings. */
		.task = &init_task,
		.ip = ip,
		.sp = (unsigned long)gm_made_up,
		.bp = (unsigned long)bp,
	};
	unsigned long words;
	int bp_at;

	if (!unwind_next_frame(&state)) {
		if (!unwind_error(&state))
			step.kind = GM_STEP_END;
		return step;
	}
	/* An error here means code without an ORC entry, for which the unwinder only guesses. */
	if (unwind_error(&state))
		return other;
	if (state.regs) {
		if (!state.full_regs)
			return other;
		step.kind = GM_STEP_REGS;
		step.size = (unsigned long)state.regs - (unsigned long)gm_made_up;
		return step;
	}
	/* The caller's address would be that of an interrupted instruction. */
	if (state.signal)
		return other;
	/* The return address must have been read from right below the caller's stack pointer. */
	words = (unsigned long *)state.sp - gm_made_up;
	if (words < 1 || words >= GM_WORDS || state.ip != gm_token(words - 1))
		return other;
	bp_at = gm_where_bp(&state, bp, words);
	if (bp_at < 0)
		return other;
	step.kind = GM_STEP_SP;
	step.size = words * sizeof(long);
	step.bp = bp_at;
	return step;
}

/*
 * Runs the unwinder twice, with different frame pointers: the result differs only if the frame
 * pointer was used.
 */
struct gm_step gm_unwind_step(unsigned long ip)
{
	const unsigned int beyond = GM_FRAME_WORDS * sizeof(long);
	struct gm_step one, two;

	gm_make_up();
	one = gm_ask(ip, &gm_made_up[GM_FRAME_WORDS]);
	two = gm_ask(ip, &gm_made_up[GM_FRAME_WORDS + GM_BP_SHIFT]);
	if (one.kind == two.kind && one.size == two.size && one.bp == two.bp)
		return one;
	if (one.kind != GM_STEP_SP || two.kind != GM_STEP_SP || one.bp != two.bp ||
	    one.size <= beyond || two.size - one.size != GM_BP_SHIFT * sizeof(long))
		return (struct gm_step){ .kind = GM_STEP_OTHER };
	one.kind = GM_STEP_BP;
	one.size -= beyond;
	return one;
}

/*
 * Pretends that a function was interrupted at its first instruction, where the return address is
 * on top of the stack. Any function serves for that; this one is used.
 */
unsigned long gm_unwind_return(unsigned long at)
{
	struct unwind_state state = {
		.stack_info = {
			.type = STACK_TYPE_TASK,
			.begin = (unsigned long *)at,
			.end = (unsigned long *)at + 1,
		},
		.task = current,
		.ip = (unsigned long)gm_unwind_return,
		.sp = at,
		.signal = true,
	};

	if (!unwind_next_frame(&state) || unwind_error(&state))
		return 0;
	return unwind_get_return_address(&state);
}

unsigned int gm_unwind_at(unsigned long ip, unsigned long sp, unsigned int within,
			  unsigned long *frame, unsigned int max)
{
	struct unwind_state state;
	unsigned int depth;

	unwind_start(&state, current, NULL, NULL);
	for (; state.sp != sp; unwind_next_frame(&state)) {
		if (unwind_done(&state) || !within--)
			return 0;
	}
	if (unwind_done(&state))
		return 0;
	state.ip = ip;
	for (depth = 0; depth < max && !unwind_done(&state); depth++) {
		frame[depth] = unwind_get_return_address(&state);
		if (!frame[depth])
			break;
		unwind_next_frame(&state);
	}
	return depth;
}

struct gm_bounds gm_unwind_irq_stack(void)
{
	struct gm_bounds bounds = {};
	struct unwind_state state;

	unwind_start(&state, current, NULL, NULL);
	if (state.stack_info.type == STACK_TYPE_IRQ) {
		bounds.begin = (unsigned long)state.stack_info.begin;
		bounds.end = (unsigned long)state.stack_info.end;
	}
	return bounds;
}
#else
struct gm_step gm_unwind_step(unsigned long ip)
{
	return (struct gm_step){ .kind = GM_STEP_OTHER };
}

unsigned long gm_unwind_return(unsigned long at)
{
	return 0;
}

unsigned int gm_unwind_at(unsigned long ip, unsigned long sp, unsigned int within,
			  unsigned long *frame, unsigned int max)
{
	return 0;
}

struct gm_bounds gm_unwind_irq_stack(void)
{
	return (struct gm_bounds){};
}
#endif /* CONFIG_UNWINDER_ORC */
