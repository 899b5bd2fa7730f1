// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks. See stack.h.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/stacktrace.h>

#include "compat/irq_stack.h"
#include "stack.h"

/*
 * Not inlined, and never the last call of its callers below: what is skipped are frames, and
 * one that the compiler merged into another would not be there to skip.
 */
noinline unsigned int gm_stack_take(struct gm_stack *stack, unsigned int skip)
{
	unsigned int depth = stack_trace_save(stack->frame, ARRAY_SIZE(stack->frame), skip);

	return gm_irq_stack_cut(stack->frame, depth);
}

static int gm_stack_find(const struct gm_stack *stack, unsigned int depth, unsigned long frame)
{
	unsigned int i;

	for (i = 0; i < depth; i++) {
		if (stack->frame[i] == frame)
			return i;
	}
	return -ENOENT;
}

unsigned int gm_stack_take_from(struct gm_stack *stack, unsigned long caller,
				unsigned int *guess)
{
	unsigned int depth = gm_stack_take(stack, READ_ONCE(*guess));
	int at;

	if (depth && stack->frame[0] == caller)
		return depth;
	depth = gm_stack_take(stack, 0);
	at = gm_stack_find(stack, depth, caller);
	if (at >= 0) {
		WRITE_ONCE(*guess, at);
		depth = gm_stack_take(stack, at);
		if (depth && stack->frame[0] == caller)
			return depth;
	}
	/* The unwinder does not get past the trampoline: one frame is better than none. */
	stack->frame[0] = caller;
	return 1;
}
