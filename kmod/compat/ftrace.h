/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ftrace callbacks at function entry: the arguments of the function, and its stack pointer.
 *
 * Callbacks get struct ftrace_regs since d19ad0775dcd, and since 02a474ca266a (both 5.11) the
 * arguments in it without requesting all registers; before, all registers are requested. Also since
 * 5.11, callbacks are not protected from recursion unless they ask for it (a25d036d939a); before,
 * they have to opt out by a flag. ftrace_regs_get_argument() was added by 94d095ffa0e1 (6.2).
 */
#ifndef GHOSTMEM_COMPAT_FTRACE_H
#define GHOSTMEM_COMPAT_FTRACE_H

#include <linux/ftrace.h>
#include <linux/ptrace.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define GM_HAVE_FTRACE		IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define GM_FTRACE_FLAGS		0
#define gm_ftrace_regs		ftrace_regs
#define gm_ftrace_argument(regs, n)	ftrace_regs_get_argument(regs, n)
#define gm_ftrace_sp(regs)		ftrace_regs_get_stack_pointer(regs)
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
#define GM_HAVE_FTRACE		IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define GM_FTRACE_FLAGS		0
#define gm_ftrace_regs		ftrace_regs
#define gm_ftrace_argument(fregs, n)	regs_get_kernel_argument(&(fregs)->regs, n)
#define gm_ftrace_sp(fregs)		kernel_stack_pointer(&(fregs)->regs)
#else
#define GM_HAVE_FTRACE		IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_REGS)
#define GM_FTRACE_FLAGS		(FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_RECURSION_SAFE)
#define gm_ftrace_regs		pt_regs
#define gm_ftrace_argument(regs, n)	regs_get_kernel_argument(regs, n)
#define gm_ftrace_sp(regs)		kernel_stack_pointer(regs)
#endif

#endif /* GHOSTMEM_COMPAT_FTRACE_H */
