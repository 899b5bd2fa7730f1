/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's unwinder does at a return address.
 *
 * Only x86's ORC unwinder is asked: how it goes on from a frame depends on its table alone
 * and on words of the stack at places which the table names (arch/x86/kernel/unwind_orc.c,
 * alike in 5.10 to 7.3; all that is called is exported). Elsewhere nothing is learnt, and
 * every stack is taken by the kernel's own, slower means.
 */
#ifndef GHOSTMEM_COMPAT_UNWIND_H
#define GHOSTMEM_COMPAT_UNWIND_H

#include <linux/types.h>

/**
 * enum gm_step_kind - how to go on from a frame
 * @GM_STEP_SP:		the caller's stack pointer is this frame's, plus size
 * @GM_STEP_BP:		the caller's stack pointer is the frame pointer, plus size
 * @GM_STEP_REGS:	registers were saved at the stack pointer, plus size
 * @GM_STEP_END:	nobody called
 * @GM_STEP_OTHER:	in another way: ask the unwinder
 */
enum gm_step_kind {
	GM_STEP_SP,
	GM_STEP_BP,
	GM_STEP_REGS,
	GM_STEP_END,
	GM_STEP_OTHER,
};

/**
 * struct gm_step - from the frame that a return address leads into, to its caller
 * @kind:	enum gm_step_kind
 * @size:	bytes, a multiple of 8
 * @bp:		so many words below the caller's stack pointer the frame keeps the caller's frame
 *		pointer; 0: it leaves it where it is. Of GM_STEP_SP and GM_STEP_BP
 *
 * A frame's stack pointer is what it was right after the call had returned, so that the
 * return address stands in the word below.
 */
struct gm_step {
	u8 kind;
	u8 bp;
	u16 size;
};

/* Any context but NMI. Never fails: what is not understood is GM_STEP_OTHER. */
struct gm_step gm_unwind_step(unsigned long ip);

/*
 * What the unwinder takes for the return address that stands at @at, on the stack that this runs
 * on; 0 if it is none. Context as above.
 */
unsigned long gm_unwind_return(unsigned long at);

/*
 * From the frame that the stack pointer was @sp in, to which the return address is @ip whatever the
 * unwinder takes for it, up to @max frames outwards: their number, with that one. 0 where the
 * unwinder does not come by within @within frames. Context as above.
 */
unsigned int gm_unwind_at(unsigned long ip, unsigned long sp, unsigned int within,
			  unsigned long *frame, unsigned int max);

/**
 * struct gm_bounds - a stack's memory
 * @begin:	its lowest address
 * @end:	past its highest
 */
struct gm_bounds {
	unsigned long begin;
	unsigned long end;
};

/* The interrupt stack that this runs on; all 0 if it runs on another. Context as above. */
struct gm_bounds gm_unwind_irq_stack(void);

#endif /* GHOSTMEM_COMPAT_UNWIND_H */
