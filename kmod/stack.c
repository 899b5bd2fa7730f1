// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks. See stack.h.
 */
#include <linux/kernel.h>
#include <linux/stacktrace.h>

#include "compat/compat.h"
#include "stack.h"

unsigned int gm_stack_take(struct gm_stack *stack, unsigned int skip)
{
	unsigned int depth = stack_trace_save(stack->frame, ARRAY_SIZE(stack->frame), skip);

	return filter_irq_stacks(stack->frame, depth);
}

unsigned int gm_stack_take_from(struct gm_stack *stack, unsigned long caller,
				unsigned int *guess)
{
	unsigned int depth = gm_stack_take(stack, READ_ONCE(*guess));
	unsigned int i;

	if (depth && stack->frame[0] == caller)
		return depth;
	depth = gm_stack_take(stack, 0);
	for (i = 0; i < depth; i++) {
		if (stack->frame[i] == caller) {
			WRITE_ONCE(*guess, i);
			return gm_stack_take(stack, i);
		}
	}
	/* The unwinder does not get past the trampoline: one frame is better than none. */
	stack->frame[0] = caller;
	return 1;
}
