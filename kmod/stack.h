/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Taking the stack that leads to an allocation. Any context but NMI, preemption off.
 *
 * Both return the depth, which may be one more than is kept, and leave out what was
 * running when an interrupt came: it is not to blame for what the interrupt allocates.
 */
#ifndef GHOSTMEM_STACK_H
#define GHOSTMEM_STACK_H

#include "sites.h"

/* Without the @skip innermost frames; this function is the first of them. */
unsigned int gm_stack_take(struct gm_stack *stack, unsigned int skip);

/*
 * From the frame @caller on. How many frames of the kernel's return trampoline come before
 * it is a matter of the kernel: @guess keeps what was right the last time.
 */
unsigned int gm_stack_take_from(struct gm_stack *stack, unsigned long caller,
				unsigned int *guess);

#endif /* GHOSTMEM_STACK_H */
