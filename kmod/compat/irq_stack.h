/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds the frame by which an interrupt entered; the frames beyond it belong to the interrupted
 * code.
 *
 * filter_irq_stacks() does that. Since f39f21b3ddc7 (5.16) every kernel has and exports it;
 * before, only kernels with the stack depot do, and Debian's 5.10 is built without. There the
 * bounds of the interrupt entry text are looked up instead, see irq_stack.c.
 */
#ifndef GHOSTMEM_COMPAT_IRQ_STACK_H
#define GHOSTMEM_COMPAT_IRQ_STACK_H

#include <linux/stacktrace.h>
#include <linux/string.h>
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

static inline bool gm_irq_stack_known(void)
{
	return true;
}

static inline unsigned int gm_irq_stack_cut(unsigned long *frame, unsigned int depth)
{
	return filter_irq_stacks(frame, depth);
}
#else
/* Called once, before the first stack is cut. Sleeps. */
void gm_irq_stack_init(void);

/* Whether gm_irq_stack_cut() can recognize entry frames, and does not cut to a fixed depth. */
bool gm_irq_stack_known(void);

/* Returns the depth of @frame up to and including the interrupt's entry frame. Any context. */
unsigned int gm_irq_stack_cut(unsigned long *frame, unsigned int depth);
#endif

/* Whether @symbol, a "%pS", is in the function @name or a compiler's variant ("name.suffix"). */
static inline bool gm_symbol_is(const char *symbol, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(symbol, name, len) && (symbol[len] == '+' || symbol[len] == '.');
}

/*
 * Whether @ip, whose "%pS" is @symbol, is the frame by which an interrupt entered. Also true where
 * softirqs begin that run on a task's stack: their loop is a function of its own since 1dd1eff161bd
 * (6.10, and in stable kernels), and is not in the entry text. With FRED, since 14619d912b65 (6.9),
 * the entry of interrupts of kernel code is not in it either.
 */
static inline bool gm_irq_stack_is_entry(unsigned long ip, const char *symbol)
{
	unsigned long frame[2] = { ip };

	if (gm_irq_stack_cut(frame, 2) == 1)
		return true;
	return gm_symbol_is(symbol, "handle_softirqs") ||
	       gm_symbol_is(symbol, "asm_fred_entrypoint_kernel");
}

#endif /* GHOSTMEM_COMPAT_IRQ_STACK_H */
