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
/* Once, before the first stack is cut. Sleeps. */
void gm_irq_stack_init(void);

/* Whether gm_irq_stack_cut() goes by what the frames are, and not by a mere number of them. */
bool gm_irq_stack_known(void);

/* The depth of @frame up to and with the frame that an interrupt entered by. Any context. */
unsigned int gm_irq_stack_cut(unsigned long *frame, unsigned int depth);
#endif

/* Whether "%pS" is of the function @name, or of a compiler's variant: that goes on with a dot. */
static inline bool gm_symbol_is(const char *symbol, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(symbol, name, len) && (symbol[len] == '+' || symbol[len] == '.');
}

/*
 * Whether an interrupt entered by the frame @ip, of which "%pS" is @symbol. Also tells where
 * softirqs begin that run on the stack of a task: their loop has a function of its own since
 * 1dd1eff161bd (6.10, and in stable kernels), which is not among the entry text. Nor is what
 * interrupts of the kernel enter by with FRED, since 14619d912b65 (6.9).
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
