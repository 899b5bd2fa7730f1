// SPDX-License-Identifier: GPL-2.0
/*
 * The stacks of threads. See stacks.h.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/task_stack.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "census/holders/stacks.h"
#include "tables/table_alloc.h"

int gm_stacks_init(struct gm_stacks *s, u32 room)
{
	memset(s, 0, sizeof(*s));
	s->room = min(room, GM_STACKS_MAX);
	s->stack = gm_arm_vzalloc(array_size(s->room, sizeof(*s->stack)));
	return s->stack ? 0 : -ENOMEM;
}

void gm_stacks_destroy(struct gm_stacks *s)
{
	vfree(s->stack);
	s->stack = NULL;
}

void gm_stacks_add(struct gm_stacks *s, struct task_struct *task)
{
	unsigned long start = (unsigned long)READ_ONCE(task->stack);
	unsigned long sp = READ_ONCE(task->thread.sp);
	struct gm_stack_use *stack;

	/* A thread that exits has no stack any more. */
	if (!start)
		return;
	if (s->nr == s->room) {
		s->overflown = true;
		return;
	}
	stack = &s->stack[s->nr++];
	stack->start = start;
	/* Of a thread that is running, the stack pointer is not known. */
	stack->used = start;
	if (sp - start < THREAD_SIZE && !READ_ONCE(task->on_cpu))
		stack->used = ALIGN_DOWN(sp, sizeof(long));
	stack->pid = task_pid_nr(task);
	stack->own = task == current;
	strscpy(stack->comm, task->comm, sizeof(stack->comm));
}

static int gm_stack_compare(const void *a, const void *b)
{
	const struct gm_stack_use *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

void gm_stacks_sort(struct gm_stacks *s)
{
	sort(s->stack, s->nr, sizeof(*s->stack), gm_stack_compare, NULL);
}

const struct gm_stack_use *gm_stacks_find(const struct gm_stacks *s, unsigned long address)
{
	u32 low = 0, high = s->nr, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (address >= s->stack[middle].start + THREAD_SIZE)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->nr && address >= s->stack[low].start ? &s->stack[low] : NULL;
}
