/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Return addresses that are not what they seem. To learn of a function's return, kretprobes and the
 * function graph tracer put the address of a trampoline in place of the true return address, which
 * they keep elsewhere. Whoever reads the stack has to ask them for it.
 *
 * Neither of them offers that to modules, but the unwinder asks them, and is asked here.
 */
#ifndef GHOSTMEM_COMPAT_TRAMPOLINE_H
#define GHOSTMEM_COMPAT_TRAMPOLINE_H

#include <linux/compiler.h>
#include <linux/types.h>

/**
 * struct gm_trampolines - where they begin, which is the address that they put on the stack
 * @graph:		the function graph tracer's; 0 where the kernel has none
 * @kretprobe:		that of kretprobes; likewise
 * @graph_size:		bytes of its text
 * @kretprobe_size:	likewise
 */
struct gm_trampolines {
	unsigned long graph;
	unsigned long kretprobe;
	unsigned long graph_size;
	unsigned long kretprobe_size;
};

/* Written once by gm_trampolines_init(). */
extern struct gm_trampolines gm_trampolines;

/* Once, before there is a hook. Sleeps. */
void gm_trampolines_init(void);

/* Whether @ip stands in place of another return address. None is 0. */
static __always_inline bool gm_is_trampoline(unsigned long ip)
{
	return ip == gm_trampolines.graph || ip == gm_trampolines.kretprobe;
}

/* Whether @ip is anywhere in the text of one, as the return address of what it calls is. */
static inline bool gm_in_trampoline(unsigned long ip)
{
	return ip - gm_trampolines.graph < gm_trampolines.graph_size ||
	       ip - gm_trampolines.kretprobe < gm_trampolines.kretprobe_size;
}

/*
 * The return address in whose place a trampoline stands at @at, on the stack that this runs on; 0
 * if it cannot be told. That is so if both kinds were put there, the function graph tracer's first:
 * the unwinder asks each of the two once, the function graph tracer first. Seen on functions with
 * two kretprobes, and on 7.3 also with one if the tracer was started later. Any context but NMI.
 */
unsigned long gm_true_return(unsigned long at);

#endif /* GHOSTMEM_COMPAT_TRAMPOLINE_H */
