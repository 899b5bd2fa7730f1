/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has called a function that is watched at its return.
 *
 * Its return address is read when the function is called, because the unwinder can still find the
 * true one then if the function graph tracer has put a trampoline in its place. Once the function
 * has returned, it cannot: our own kretprobe's trampoline is in that place by then.
 */
#ifndef GHOSTMEM_HOOKS_RETURN_CALLER_H
#define GHOSTMEM_HOOKS_RETURN_CALLER_H

#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "compat/kretprobe.h"
#include "compat/trampoline.h"
#include "stack/stack_walk.h"

/* At its entry: what the return address stands on is the caller's, once that is returned to. */
static inline struct gm_caller gm_return_caller(const struct pt_regs *regs)
{
	struct gm_caller caller = {
		.ip = *(unsigned long *)regs->sp,
		.sp = regs->sp + sizeof(long),
	};

	if (unlikely(gm_is_trampoline(caller.ip)))
		caller.ip = gm_true_return(regs->sp) ?: caller.ip;
	return caller;
}

/* At its return, when the address that another kretprobe's trampoline stands for is known. */
static inline void gm_return_caller_again(struct gm_caller *caller, struct kretprobe_instance *ri)
{
	if (unlikely(gm_is_trampoline(caller->ip)))
		caller->ip = gm_kretprobe_retaddr(ri);
}

#endif /* GHOSTMEM_HOOKS_RETURN_CALLER_H */
