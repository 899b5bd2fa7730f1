/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds the caller of a function whose return is watched.
 *
 * The return address is read when the function is called. If the function graph tracer has put a
 * trampoline in its place, the unwinder can still find the true address then. Once the function
 * has returned, it cannot: by then our own kretprobe's trampoline is in that place.
 */
#ifndef GHOSTMEM_HOOKS_RETURN_CALLER_H
#define GHOSTMEM_HOOKS_RETURN_CALLER_H

#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "compat/kretprobe.h"
#include "compat/trampoline.h"
#include "stack/stack_walk.h"

/* At its entry. The caller's stack pointer, after the return, is just above the return address. */
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

/* At its return: the address that another kretprobe's trampoline has replaced is known by then. */
static inline void gm_return_caller_again(struct gm_caller *caller, struct kretprobe_instance *ri)
{
	if (unlikely(gm_is_trampoline(caller->ip)))
		caller->ip = gm_kretprobe_retaddr(ri);
}

#endif /* GHOSTMEM_HOOKS_RETURN_CALLER_H */
