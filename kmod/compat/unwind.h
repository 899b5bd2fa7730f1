/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds out what the kernel's unwinder does at a return address.
 *
 * Works with x86's ORC unwinder only: its step from a frame to the caller depends only on its table
 * and on the stack words that the table refers to (arch/x86/kernel/unwind_orc.c, the same in 5.10
 * to 7.3; all functions that are called are exported). With other unwinders nothing is learnt, and
 * every stack is taken by the kernel's own, slower functions.
 */
#ifndef GHOSTMEM_COMPAT_UNWIND_H
#define GHOSTMEM_COMPAT_UNWIND_H

#include <linux/types.h>

/**
 * enum gm_step_kind - how to get from a frame to its caller
 * @GM_STEP_SP:		the caller's stack pointer is this frame's plus size
 * @GM_STEP_BP:		the caller's stack pointer is the frame pointer plus size
 * @GM_STEP_REGS:	registers were saved at the stack pointer plus size
 * @GM_STEP_END:	the frame is the outermost one
 * @GM_STEP_OTHER:	in another way: use the unwinder
 */
enum gm_step_kind {
	GM_STEP_SP,
	GM_STEP_BP,
	GM_STEP_REGS,
	GM_STEP_END,
	GM_STEP_OTHER,
};

/**
 * struct gm_step - the step from the frame that a return address leads into, to its caller
 * @kind:	enum gm_step_kind
 * @size:	bytes, a multiple of 8
 * @bp:		for GM_STEP_SP and GM_STEP_BP: the frame saves the caller's frame pointer this
 *		many words below the caller's stack pointer; 0: it leaves the register unchanged
 *
 * A frame's stack pointer is its value right after the call has returned, so the return address
 * is in the word below it.
 */
struct gm_step {
	u8 kind;
	u8 bp;
	u16 size;
};

/*
 * Returns the step at the return address @ip. Never fails: a step of unknown form is
 * GM_STEP_OTHER. Any context but NMI.
 */
struct gm_step gm_unwind_step(unsigned long ip);

/*
 * Returns what the unwinder takes for the return address at @at on the current stack; 0 if it finds
 * none there. Any context but NMI.
 */
unsigned long gm_unwind_return(unsigned long at);

/*
 * Fills @frame with up to @max return addresses, outwards from the frame whose stack pointer was
 * @sp; its address is @ip, whatever the unwinder takes for it. Returns their number, that one
 * included; 0 if the unwinder does not reach @sp within @within frames. Any context but NMI.
 */
unsigned int gm_unwind_at(unsigned long ip, unsigned long sp, unsigned int within,
			  unsigned long *frame, unsigned int max);

/**
 * struct gm_bounds - the bounds of a stack
 * @begin:	its lowest address
 * @end:	the address after its last byte
 */
struct gm_bounds {
	unsigned long begin;
	unsigned long end;
};

/* Returns the current interrupt stack; all 0 if this runs on another one. Any context but NMI. */
struct gm_bounds gm_unwind_irq_stack(void);

#endif /* GHOSTMEM_COMPAT_UNWIND_H */
