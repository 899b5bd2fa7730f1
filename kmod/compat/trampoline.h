/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Return addresses that trampolines have replaced. To be called when a function returns, kretprobes
 * and the function graph tracer replace its return address on the stack with the address of a
 * trampoline, and keep the true one elsewhere. Code that reads the stack has to ask them for it.
 *
 * Neither of them exports that to modules, but the unwinder asks them, so this asks the unwinder.
 */
#ifndef GHOSTMEM_COMPAT_TRAMPOLINE_H
#define GHOSTMEM_COMPAT_TRAMPOLINE_H

#include <linux/compiler.h>
#include <linux/types.h>

/**
 * struct gm_trampolines - start addresses of the trampolines, which are those put on the stack
 * @graph:		the function graph tracer's; 0 if the kernel has none
 * @kretprobe:		that of kretprobes; 0 if the kernel has none
 * @graph_size:		bytes of text of the first
 * @kretprobe_size:	bytes of text of the second
 */
struct gm_trampolines {
	unsigned long graph;
	unsigned long kretprobe;
	unsigned long graph_size;
	unsigned long kretprobe_size;
};

/* Written once by gm_trampolines_init(). */
extern struct gm_trampolines gm_trampolines;

/* Looks the trampolines up. Called once, before the first hook is attached. Sleeps. */
void gm_trampolines_init(void);

/*
 * Whether @ip, a return address, stands in place of another one. A trampoline that this kernel
 * lacks is 0, which no return address is.
 */
static __always_inline bool gm_is_trampoline(unsigned long ip)
{
	return ip == gm_trampolines.graph || ip == gm_trampolines.kretprobe;
}

/* Whether @ip is anywhere in a trampoline's text, like the return address of its callees. */
static inline bool gm_in_trampoline(unsigned long ip)
{
	return ip - gm_trampolines.graph < gm_trampolines.graph_size ||
	       ip - gm_trampolines.kretprobe < gm_trampolines.kretprobe_size;
}

/*
 * Returns the return address that a trampoline has replaced at @at on the current stack; 0 if it
 * cannot be determined. That is the case if both kinds were put there, the function graph tracer's
 * first: the unwinder asks each of the two once, the function graph tracer first. Seen on functions
 * with two kretprobes, and on 7.3 also with one if the tracer was started later. Any context but
 * NMI.
 */
unsigned long gm_true_return(unsigned long at);

#endif /* GHOSTMEM_COMPAT_TRAMPOLINE_H */
