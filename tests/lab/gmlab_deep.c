// SPDX-License-Identifier: GPL-2.0
/*
 * A deep stack: recurses until few bytes of the task's stack are left, and allocates a page there.
 *
 * The rest of the stack is filled with a pattern before, so that what is left of it afterwards
 * tells how many bytes the allocation took, with everything that watches it. The page is freed
 * at once. Interrupts are off meanwhile, for what they put on the stack is not the question.
 * Nobody has allocated from this code before, each time that the module is loaded.
 */
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
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

/* The lowest word is the kernel's own mark. */
static unsigned long *gmlab_bottom(void)
{
	return end_of_stack(current) + 1;
}

/* What is below the stack pointer is nobody's while interrupts are off: no sanitizer's either. */
static noinline notrace __no_sanitize_address void gmlab_fill(unsigned long top)
{
	volatile unsigned long *word;

	for (word = gmlab_bottom(); (unsigned long)word < top; word++)
		*word = GMLAB_PATTERN;
}

static noinline notrace __no_sanitize_address unsigned int gmlab_untouched(unsigned long top)
{
	volatile unsigned long *word = gmlab_bottom();

	while ((unsigned long)word < top && *word == GMLAB_PATTERN)
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

static int __init gmlab_init(void)
{
	struct page *page;

	left = clamp_t(unsigned int, left, 512, THREAD_SIZE / 2);
	/* So that there is one at hand, and the allocator goes its shortest way. */
	page = alloc_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	__free_page(page);
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
