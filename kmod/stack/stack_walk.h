/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack that leads to an allocation. Any context but NMI, preemption off.
 *
 * A stack is kept from the allocator's own frame on, and ends where an interrupt came in:
 * what was running then is not to blame for what the interrupt allocates.
 *
 * Two ways lead to the same frames. gm_stack_walk() goes from return address to return
 * address by what the frame table has learnt of each. That it arrives where the unwinder
 * does follows by induction: the first address and stack pointer are given, and each step
 * is a function of the address and of words on the stack at places that the step names.
 * gm_stack_take() has the kernel unwind the stack, and notes what the table lacks.
 *
 * Where tracers have put a trampoline in place of a return address (compat/trampoline.h) the first
 * way ends, and the second one asks for the true address. If that cannot be told of the caller
 * itself, the stack has no frames, and GHOSTMEM_SITE_F_NO_CALLER; of another, it is cut there.
 */
#ifndef GHOSTMEM_STACK_STACK_WALK_H
#define GHOSTMEM_STACK_STACK_WALK_H

#include <linux/compiler.h>
#include <linux/ptrace.h>
#include <linux/sched/task_stack.h>
#include <linux/thread_info.h>

#include "stack/stack_hash.h"
#include "stack/unwind_cache.h"

/**
 * struct gm_caller - where a stack begins
 * @ip:		return address
 * @sp:		stack pointer when that was returned to
 */
struct gm_caller {
	unsigned long ip;
	unsigned long sp;
};

/* The caller of the function that this is used in, which has to have a frame pointer. */
#define GM_CALLER() ({							\
	unsigned long *__frame = __builtin_frame_address(0);		\
	(struct gm_caller){						\
		.ip = __frame[1],					\
		.sp = (unsigned long)(__frame + 2),			\
	};								\
})

/*
 * How far words may be read from @sp on: to the end of the task's stack or of the CPU's
 * interrupt stack @irq, or else of the page.
 */
static __always_inline unsigned long gm_stack_end(unsigned long sp, struct gm_bounds __percpu *irq)
{
	unsigned long begin = (unsigned long)task_stack_page(current);

	if (likely(sp - begin < THREAD_SIZE))
		return begin + THREAD_SIZE;
	begin = __this_cpu_read(irq->begin);
	if (sp - begin < __this_cpu_read(irq->end) - begin)
		return __this_cpu_read(irq->end);
	return round_up(sp, PAGE_SIZE);
}

/* Whether an entry saved user space's registers at @addr. */
static inline bool gm_stack_left_kernel(unsigned long addr, unsigned long end)
{
	return addr + sizeof(struct pt_regs) <= end &&
	       user_mode((struct pt_regs *)addr);
}

/*
 * From the C function of system calls, which is at @sp, to its caller, whose frame is the
 * first on the task's stack and leaves nothing but registers above it. 0 if it is another.
 */
static __always_inline unsigned long gm_stack_syscall_entry(const struct gm_frames *f,
							    unsigned long sp, unsigned long end)
{
	unsigned long top = (unsigned long)task_pt_regs(current), ip;

	if (sp >= top || top > end)
		return 0;
	ip = READ_ONCE_NOCHECK(((unsigned long *)top)[-1]);
	return likely(ip == READ_ONCE(f->syscall_entry)) ? ip : 0;
}

/*
 * The hash of a stack that has come to the C function of system calls at @sp, where that is called
 * by a function that the entry code has called, below the registers at @top. For @hash and @left
 * see gm_stack_last(). 0 if it is another.
 */
u64 gm_stack_last_via(const struct gm_frames *f, unsigned long sp, unsigned long top, u64 hash,
		      unsigned int left);

/*
 * The @hash of a stack that ends at @sp with @frame, which is in it already; @left more are to be
 * kept, with this one. 0 if it does not end here.
 */
static __always_inline u64 gm_stack_last(const struct gm_frames *f, gm_frame_t frame,
					 unsigned long sp, unsigned long end, u64 hash,
					 unsigned int left)
{
	unsigned long ip;

	switch (gm_frame_kind(frame)) {
	case GM_FRAME_SYSCALL:
		ip = gm_stack_syscall_entry(f, sp, end);
		if (unlikely(!ip)) {
			unsigned long top = (unsigned long)task_pt_regs(current);

			return top <= end ? gm_stack_last_via(f, sp, top, hash, left) : 0;
		}
		if (unlikely(!--left))
			return gm_hash_end(hash, GHOSTMEM_SITE_F_CUT);
		return gm_hash_end(gm_hash_frame(hash, ip), 0);
	case GM_STEP_REGS:
		return gm_stack_left_kernel(sp + gm_frame_size(frame), end) ?
		       gm_hash_end(hash, 0) : 0;
	case GM_FRAME_SYSCALL_ENTRY:
	case GM_FRAME_INTERRUPT:
	case GM_STEP_END:
		return gm_hash_end(hash, 0);
	default:
		return 0;
	}
}

/*
 * The hash of the stack from @from on with an allocation of @block, as gm_sites_get() makes
 * it of a struct gm_stack; 0 if the frame table does not know the stack to its end. For @end
 * see gm_stack_end().
 */
static __always_inline u64 gm_stack_walk(const struct gm_frames *f, struct gm_caller from,
					 unsigned long end, struct gm_block block)
{
	unsigned long ip = from.ip, sp = from.sp;
	unsigned int left = GHOSTMEM_STACK_MAX;
	u64 hash = gm_hash_start(block);
	gm_frame_t frame;

	for (;; ip = READ_ONCE_NOCHECK(((unsigned long *)sp)[-1])) {
		frame = gm_frames_find(f, ip);
		if (likely(gm_frame_is_plain(frame, ip))) {
			hash = gm_hash_frame(hash, ip);
			sp += gm_frame_size(frame);
			if (unlikely(!--left))
				return gm_hash_end(hash, GHOSTMEM_SITE_F_CUT);
		} else if (gm_frame_kind(frame) == GM_FRAME_HIDDEN) {
			sp += gm_frame_size(frame);
		} else {
			hash = gm_hash_frame(hash, ip);
			break;
		}
		if (unlikely(sp > end))
			return 0;
	}

	return gm_stack_last(f, frame, sp, end, hash, left);
}

/*
 * The same for stacks with a GM_STEP_BP in them: a frame pointer is what the frames called from
 * there have kept of it. Slower, and for the few functions that align their stack, sendmsg()'s
 * among them.
 */
u64 gm_stack_walk_bp(const struct gm_frames *f, struct gm_caller from, unsigned long end,
		     struct gm_block block);

/* Frames of a probe and of what calls it, up to the function that it is attached to. */
#define GM_TRACE_OURS	24U

/* What the unwinder finds. */
struct gm_trace {
	unsigned long frame[GM_TRACE_OURS + GHOSTMEM_STACK_MAX + 2];
};

/*
 * Fills @stack, but for its block, by way of @trace. The unwinder begins some frames within this
 * module: @ours keeps how many it were at the most. Slow: thousands of instructions.
 */
void gm_stack_take(struct gm_stack *stack, struct gm_trace *trace, struct gm_frames *f,
		   struct gm_caller from, unsigned long end, unsigned int *ours);

/*
 * What gm_stack_take() may put on the stack that it is called on, and something for the interrupts
 * that may come then, which change to a stack of their own soon.
 */
#define GM_STACK_ROOM	1536

/* Whether less than that is left of the stack that this runs on. */
static __always_inline bool gm_stack_is_short(struct gm_bounds __percpu *irq)
{
	unsigned long here = (unsigned long)__builtin_frame_address(0);

	return here - (unsigned long)task_stack_page(current) < GM_STACK_ROOM ||
	       here - __this_cpu_read(irq->begin) < GM_STACK_ROOM;
}

/* Does with hardly any stack, and so keeps only as many frames as the table leads to. */
void gm_stack_take_known(struct gm_stack *stack, struct gm_frames *f, struct gm_caller from,
			 unsigned long end);

#endif /* GHOSTMEM_STACK_STACK_WALK_H */
