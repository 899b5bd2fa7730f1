// SPDX-License-Identifier: GPL-2.0
/*
 * The interrupt entry text of kernels that do not export filter_irq_stacks().
 *
 * No header that modules may use declares the linker's symbols around the entry text, so they
 * are looked up by name. If one is not found, stacks taken in interrupts are cut to a few
 * innermost frames: enough to name the driver, and few enough that the interrupted functions
 * do not become sites of their own.
 */
#include "irq_stack.h"

#if !GM_HAVE_FILTER_IRQ_STACKS
#include <linux/kernel.h>
#include <linux/preempt.h>

#include "lookup.h"

#define GM_IRQ_FRAMES	8

/**
 * struct gm_text - a stretch of kernel text
 * @start_name:	symbol of its first byte
 * @end_name:	symbol of the byte after its last
 * @start:	address of @start_name; 0 if it was not found
 * @end:	address of @end_name; 0 if it was not found
 */
struct gm_text {
	const char *start_name;
	const char *end_name;
	unsigned long start;
	unsigned long end;
};

/* Written once by gm_irq_stack_init(), before any hook that reads it is attached. */
static struct gm_text gm_entry_text[] = {
	{ "__irqentry_text_start", "__irqentry_text_end" },
	{ "__softirqentry_text_start", "__softirqentry_text_end" },
};

static bool gm_entry_text_known;

void gm_irq_stack_init(void)
{
	unsigned int i;

	gm_entry_text_known = true;
	for (i = 0; i < ARRAY_SIZE(gm_entry_text); i++) {
		struct gm_text *text = &gm_entry_text[i];

		text->start = gm_lookup(text->start_name);
		text->end = gm_lookup(text->end_name);
		if (!text->start || text->end <= text->start)
			gm_entry_text_known = false;
	}
	if (!gm_entry_text_known)
		pr_warn("ghostmem: the interrupt entry text is not found; stacks taken in interrupts are cut to %u frames\n",
			GM_IRQ_FRAMES);
}

bool gm_irq_stack_known(void)
{
	return gm_entry_text_known;
}

static bool gm_is_entry(unsigned long frame)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gm_entry_text); i++) {
		if (frame >= gm_entry_text[i].start && frame < gm_entry_text[i].end)
			return true;
	}
	return false;
}

unsigned int gm_irq_stack_cut(unsigned long *frame, unsigned int depth)
{
	unsigned int i;

	if (!gm_entry_text_known)
		return in_task() ? depth : min_t(unsigned int, depth, GM_IRQ_FRAMES);
	for (i = 0; i < depth; i++) {
		if (gm_is_entry(frame[i]))
			return i + 1;
	}
	return depth;
}
#endif /* !GM_HAVE_FILTER_IRQ_STACKS */
