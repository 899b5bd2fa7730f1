/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stacks of threads. Only the part of a stack that is in use holds references; what is below
 * the stack pointer are leftovers.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_STACKS_H
#define GHOSTMEM_CENSUS_HOLDERS_STACKS_H

#include <linux/sched.h>
#include <linux/types.h>

/* Most threads whose stacks are known. */
#define GM_STACKS_MAX	262144U

/**
 * struct gm_stack_use - the stack of a thread
 * @start:	its lowest address
 * @used:	the lowest address that is in use
 * @pid:	of the thread, in the initial pid namespace
 * @own:	it is the stack of the search itself
 * @comm:	its name
 */
struct gm_stack_use {
	unsigned long start;
	unsigned long used;
	u32 pid;
	bool own;
	char comm[TASK_COMM_LEN];
};

/**
 * struct gm_stacks - all stacks, in ascending order
 * @stack:	the stacks
 * @nr:		number of stacks
 * @room:	number that @stack has room for
 * @overflown:	there were more
 */
struct gm_stacks {
	struct gm_stack_use *stack;
	u32 nr;
	u32 room;
	bool overflown;
};

int gm_stacks_init(struct gm_stacks *s, u32 room);
void gm_stacks_destroy(struct gm_stacks *s);

void gm_stacks_add(struct gm_stacks *s, struct task_struct *task);

/* Called after the last one was added. */
void gm_stacks_sort(struct gm_stacks *s);

/* Returns the stack that contains @address, or NULL. */
const struct gm_stack_use *gm_stacks_find(const struct gm_stacks *s, unsigned long address);

#endif /* GHOSTMEM_CENSUS_HOLDERS_STACKS_H */
