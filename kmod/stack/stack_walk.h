/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stack that leads to an allocation. Any context but NMI, preemption off.
 *
 * A stack is kept from the allocator's own frame on, and ends where an interrupt came in: the
 * interrupted code is not to blame for what the interrupt allocates.
 *
 * There are two ways to get the same frames. gm_stack_walk() goes from return address to return
 * address by what the frame table has learnt about each. That it finds the same frames as the
 * unwinder follows by induction: the first address and stack pointer are given, and each step is a
 * function of the address and of words on the stack at places that the step names. gm_stack_take()
 * has the kernel unwind the stack, and notes the addresses that the table lacks.
 *
 * If a tracer has put a trampoline in place of a return address (compat/trampoline.h),
 * gm_stack_walk() gives up and gm_stack_take() asks for the true address. If that of the caller
 * itself cannot be determined, the stack has no frames and GHOSTMEM_SITE_F_NO_CALLER; if that of
 * another frame cannot be determined, the stack is cut there.
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
 * @sp:		stack pointer right after the return to that address
 */
struct gm_caller {
	unsigned long ip;
	unsigned long sp;
};

/* The caller of the function that this macro is used in, which has to have a frame pointer. */
#define GM_CALLER() ({							\
	unsigned long *__frame = __builtin_frame_address(0);		\
	(struct gm_caller){						\
		.ip = __frame[1],					\
		.sp = (unsigned long)(__frame + 2),			\
	};								\
})

/*
 * Returns the address up to which words may be read from @sp on: the end of the task's stack, or of
 * the CPU's interrupt stack @irq, or else of the page.
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

/* Whether the registers saved at @addr are those of user space. */
static inline bool gm_stack_left_kernel(unsigned long addr, unsigned long end)
{
	return addr + sizeof(struct pt_regs) <= end &&
	       user_mode((struct pt_regs *)addr);
}

/*
 * Returns the address in the caller of the C function of system calls, whose frame is at @sp. The
 * caller's frame is the first on the task's stack, with nothing but registers above it. Returns 0
 * if the caller is another one.
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
 * Returns the hash of a stack that ends with the C function of system calls at @sp, a function that
 * calls it, and the entry code that calls that one, below the registers at @top. For @hash and
 * @left see gm_stack_last(). Returns 0 if the stack ends otherwise.
 */
u64 gm_stack_last_via(const struct gm_frames *f, unsigned long sp, unsigned long top, u64 hash,
		      unsigned int left);

/*
 * Returns the final hash of a stack that ends at @sp with @frame, which is in @hash already. @left
 * is the number of frames that may still be kept, this one included. Returns 0 if the stack does
 * not end here.
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
 * Returns the hash of the stack from @from on with an allocation of @block, the same as
 * gm_sites_get() computes for a struct gm_stack; 0 if the frame table does not know all frames of
 * the stack. For @end see gm_stack_end().
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
 * Does the same for stacks with a GM_STEP_BP in them: the frame pointer is the one that the frames
 * called from there have saved. Slower; needed for the few functions that align their stack, among
 * them sendmsg()'s.
 */
u64 gm_stack_walk_bp(const struct gm_frames *f, struct gm_caller from, unsigned long end,
		     struct gm_block block);

/* Most frames of a probe and of what calls it, up to the function that it is attached to. */
#define GM_TRACE_OURS	24U

/* Room for the frames that the unwinder finds. */
struct gm_trace {
	unsigned long frame[GM_TRACE_OURS + GHOSTMEM_STACK_MAX + 2];
};

/*
 * Fills @stack, except for its block, using @trace as a buffer. The unwinder begins some frames
 * inside this module; @ours keeps the highest number of these so far. Slow: thousands of
 * instructions.
 */
void gm_stack_take(struct gm_stack *stack, struct gm_trace *trace, struct gm_frames *f,
		   struct gm_caller from, unsigned long end, unsigned int *ours);

/*
 * Bytes of stack that gm_stack_take() may use, with some reserve for interrupts that come
 * meanwhile, which soon switch to a stack of their own.
 */
#define GM_STACK_ROOM	1536

/* Whether less than GM_STACK_ROOM is left of the stack that this runs on. */
static __always_inline bool gm_stack_is_short(struct gm_bounds __percpu *irq)
{
	unsigned long here = (unsigned long)__builtin_frame_address(0);

	return here - (unsigned long)task_stack_page(current) < GM_STACK_ROOM ||
	       here - __this_cpu_read(irq->begin) < GM_STACK_ROOM;
}

/* Fills @stack using hardly any stack, and so keeps only frames that the frame table leads to. */
void gm_stack_take_known(struct gm_stack *stack, struct gm_frames *f, struct gm_caller from,
			 unsigned long end);

#endif /* GHOSTMEM_STACK_STACK_WALK_H */
