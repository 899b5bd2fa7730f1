/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where an interrupt came in: the frames beyond belong to what was running then.
 *
 * filter_irq_stacks() knows. Since f39f21b3ddc7 (5.16) every kernel has and exports
 * it; before, only those with the stack depot, which Debian's 5.10 is not. There the
 * bounds of the interrupt entry text are looked up instead, see irq_stack.c.
 */
#ifndef GHOSTMEM_COMPAT_IRQ_STACK_H
#define GHOSTMEM_COMPAT_IRQ_STACK_H

#include <linux/stacktrace.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
#define GM_HAVE_FILTER_IRQ_STACKS	1
#elif IS_ENABLED(CONFIG_STACKDEPOT)
#include <linux/stackdepot.h>
#define GM_HAVE_FILTER_IRQ_STACKS	1
#else
#define GM_HAVE_FILTER_IRQ_STACKS	0
#endif

#if GM_HAVE_FILTER_IRQ_STACKS
static inline void gm_irq_stack_init(void) { }

static inline unsigned int gm_irq_stack_cut(unsigned long *frame, unsigned int depth)
{
	return filter_irq_stacks(frame, depth);
}
#else
/* Once, before the first stack is cut. Sleeps. */
void gm_irq_stack_init(void);

/* The depth of @frame up to and with the frame that an interrupt entered by. Any context. */
unsigned int gm_irq_stack_cut(unsigned long *frame, unsigned int depth);
#endif

#endif /* GHOSTMEM_COMPAT_IRQ_STACK_H */
