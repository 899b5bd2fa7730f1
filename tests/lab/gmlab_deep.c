// SPDX-License-Identifier: GPL-2.0
/*
 * A deep stack: recurses until few bytes of the task's stack are left, and allocates a page there.
 *
 * The rest of the stack is filled with a pattern before, so that what is left of it afterwards
 * tells how many bytes the allocation took, with everything that watches it. The page is freed
 * at once. Interrupts are off meanwhile, for what they put on the stack is not the question.
 * Nobody has allocated from this code before, each time that the module is loaded.
 *
 * And how long it takes by a chain of as many functions as a stack has frames kept. Under QEMU's
 * -icount shift=0 a nanosecond is an instruction.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>

#define GMLAB_PATTERN	0x6d616c62UL

static unsigned int left = 8192;
module_param(left, uint, 0444);
MODULE_PARM_DESC(left, "bytes of stack to leave to the allocation (at least 512)");

static unsigned int taken;
module_param(taken, uint, 0444);
MODULE_PARM_DESC(taken, "bytes of stack that the allocation took");

static unsigned int again;
module_param(again, uint, 0444);
MODULE_PARM_DESC(again, "bytes of stack that the same took once more");

static unsigned int cold_ns;
module_param(cold_ns, uint, 0444);
MODULE_PARM_DESC(cold_ns, "nanoseconds that an allocation took by many functions, the first time");

static unsigned int warm_ns;
module_param(warm_ns, uint, 0444);
MODULE_PARM_DESC(warm_ns, "nanoseconds that it took by the same, twenty milliseconds later");

/* The lowest word is the kernel's own mark. */
static unsigned long *gmlab_bottom(void)
{
	return end_of_stack(current) + 1;
}

/* What is below the stack pointer is nobody's while interrupts are off: no sanitizer's either. */
static noinline notrace __no_sanitize_address void gmlab_fill(unsigned long top)
{
	unsigned long *word;

	for (word = gmlab_bottom(); (unsigned long)word < top; word++)
		WRITE_ONCE(*word, GMLAB_PATTERN);
}

static noinline notrace __no_sanitize_address unsigned int gmlab_untouched(unsigned long top)
{
	unsigned long *word = gmlab_bottom();

	while ((unsigned long)word < top && READ_ONCE(*word) == GMLAB_PATTERN)
		word++;
	return (unsigned long)word - (unsigned long)gmlab_bottom();
}

static noinline unsigned int gmlab_measure(void)
{
	unsigned long top = (unsigned long)__builtin_frame_address(0);
	unsigned int room = top - (unsigned long)gmlab_bottom();
	unsigned long flags;
	struct page *page;
	unsigned int used;

	local_irq_save(flags);
	/* Not this function's own frame, nor what it calls to fill. */
	gmlab_fill(top - 256);
	page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);
	used = room - gmlab_untouched(top - 256);
	local_irq_restore(flags);
	if (page)
		__free_page(page);
	return used;
}

/* Allocates from where as many bytes are left as were asked for. */
static noinline unsigned int gmlab_descend(unsigned int (*bottom)(void))
{
	unsigned long here = (unsigned long)__builtin_frame_address(0);
	unsigned int used;

	if (here - (unsigned long)gmlab_bottom() <= left)
		used = bottom();
	else
		used = gmlab_descend(bottom);
	/* What comes after a call keeps the frame. */
	barrier();
	return used;
}

static noinline unsigned int gmlab_time(void)
{
	unsigned long flags;
	struct page *page;
	u64 start, spent;

	local_irq_save(flags);
	start = ktime_get_ns();
	page = alloc_page(GFP_ATOMIC | __GFP_NOWARN);
	spent = ktime_get_ns() - start;
	local_irq_restore(flags);
	if (page)
		__free_page(page);
	return spent;
}

#define GMLAB_CALLS(name, next)						\
static noinline unsigned int name(void)					\
{									\
	unsigned int spent = next();					\
									\
	barrier();							\
	return spent;							\
}

#define GMLAB_CALLS_4(name, next)					\
	GMLAB_CALLS(name##_d, next)					\
	GMLAB_CALLS(name##_c, name##_d)					\
	GMLAB_CALLS(name##_b, name##_c)					\
	GMLAB_CALLS(name, name##_b)

GMLAB_CALLS_4(gmlab_call_6, gmlab_time)
GMLAB_CALLS_4(gmlab_call_5, gmlab_call_6)
GMLAB_CALLS_4(gmlab_call_4, gmlab_call_5)
GMLAB_CALLS_4(gmlab_call_3, gmlab_call_4)
GMLAB_CALLS_4(gmlab_call_2, gmlab_call_3)
GMLAB_CALLS_4(gmlab_call_1, gmlab_call_2)

static void gmlab_clock(void)
{
	unsigned int i;

	/* One call, for another would be by another return address. */
	for (i = 0; i < 2; i++) {
		unsigned int spent = gmlab_call_1();

		if (i)
			warm_ns = spent;
		else
			cold_ns = spent;
		msleep(20);
	}
}

static int __init gmlab_init(void)
{
	struct page *page;

	left = clamp_t(unsigned int, left, 512, THREAD_SIZE / 2);
	/* So that there is one at hand, and the allocator goes its shortest way. */
	page = alloc_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	__free_page(page);
	gmlab_clock();
	taken = gmlab_descend(gmlab_measure);
	again = gmlab_descend(gmlab_measure);
	return 0;
}

static void __exit gmlab_exit(void)
{
}

module_init(gmlab_init);
module_exit(gmlab_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: an allocation where little stack is left");
