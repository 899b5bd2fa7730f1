// SPDX-License-Identifier: GPL-2.0
/*
 * The slow paths of taking a stack. See stack_walk.h.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/stacktrace.h>
#include <linux/string.h>

#include "compat/irq_stack.h"
#include "compat/trampoline.h"
#include "stack/stack_walk.h"

u64 gm_stack_walk_bp(const struct gm_frames *f, struct gm_caller from, unsigned long end,
		     struct gm_block block)
{
	unsigned long ip = from.ip, sp = from.sp, bp = 0, next;
	unsigned int left = GHOSTMEM_STACK_MAX;
	u64 hash = gm_hash_start(block);
	gm_frame_t frame;
	u8 kind;

	for (;; sp = next, ip = READ_ONCE_NOCHECK(((unsigned long *)sp)[-1])) {
		frame = gm_frames_find(f, ip);
		if (!frame)
			return 0;
		kind = gm_frame_kind(frame);
		if (kind != GM_FRAME_HIDDEN)
			hash = gm_hash_frame(hash, ip);
		if (kind != GM_STEP_SP && kind != GM_STEP_BP && kind != GM_FRAME_HIDDEN)
			return gm_stack_last(f, frame, sp, end, hash, left);
		if (kind != GM_FRAME_HIDDEN && !--left)
			return gm_hash_end(hash, GHOSTMEM_SITE_F_CUT);
		next = (kind == GM_STEP_BP ? bp : sp) + gm_frame_size(frame);
		/* No frame has saved the frame pointer, or not in the place looked at. */
		if (next <= sp || next > end || !IS_ALIGNED(next, sizeof(long)))
			return 0;
		if (gm_frame_bp(frame))
			bp = READ_ONCE_NOCHECK(((unsigned long *)next)[-(long)gm_frame_bp(frame)]);
	}
}

u64 gm_stack_last_via(const struct gm_frames *f, unsigned long sp, unsigned long top, u64 hash,
		      unsigned int left)
{
	unsigned long via = READ_ONCE(f->fred_via), entry = READ_ONCE(f->fred_entry), at;
	gm_frame_t frame = via ? gm_frames_find(f, via) : 0;

	if (!frame || !gm_frame_is_plain(frame, via))
		return 0;
	/* Its frame starts here, ends at @top; above are only the registers of the entry code. */
	at = top - gm_frame_size(frame);
	if (at <= sp || READ_ONCE_NOCHECK(((unsigned long *)at)[-1]) != via ||
	    READ_ONCE_NOCHECK(((unsigned long *)top)[-1]) != entry)
		return 0;
	if (!--left)
		return gm_hash_end(hash, GHOSTMEM_SITE_F_CUT);
	hash = gm_hash_frame(hash, via);
	if (!--left)
		return gm_hash_end(hash, GHOSTMEM_SITE_F_CUT);
	return gm_hash_end(gm_hash_frame(hash, entry), 0);
}

static unsigned int gm_trace_find(const struct gm_trace *trace, unsigned int depth,
				  unsigned long frame)
{
	unsigned int i;

	for (i = 0; i < depth; i++) {
		if (trace->frame[i] == frame)
			break;
	}
	return i;
}

/*
 * Unwinds the stack and fills in the frames from @caller on. Returns 0 if the unwinder does not
 * find @caller. Unwinds only once, unless there are more frames of this module than ever before.
 */
static unsigned int gm_unwind_from(struct gm_stack *stack, struct gm_trace *trace,
				   unsigned long caller, unsigned int *ours)
{
	const unsigned int wanted = ARRAY_SIZE(stack->frame);
	unsigned int at, depth, most = min(READ_ONCE(*ours), GM_TRACE_OURS);

	depth = stack_trace_save(trace->frame, most + wanted, 0);
	at = gm_trace_find(trace, depth, caller);
	if (at > GM_TRACE_OURS || at == depth)
		return 0;
	if (at > most) {
		WRITE_ONCE(*ours, at);
		if (depth == most + wanted)
			depth = stack_trace_save(trace->frame, at + wanted, 0);
	}
	depth = min(depth - at, wanted);
	memcpy(stack->frame, &trace->frame[at], depth * sizeof(*stack->frame));
	return gm_irq_stack_cut(stack->frame, depth);
}

/*
 * Does the same, but finds the caller by its stack pointer: the unwinder may have reported a
 * trampoline in place of the return address, whose true value is known to gm_caller_is_lost().
 */
static noinline unsigned int gm_unwind_at_caller(struct gm_stack *stack, struct gm_caller from)
{
	unsigned int depth = gm_unwind_at(from.ip, from.sp, GM_TRACE_OURS, stack->frame,
					  ARRAY_SIZE(stack->frame));

	return gm_irq_stack_cut(stack->frame, depth);
}

/* Returns the return address in the word below @sp. */
static __always_inline unsigned long gm_return_below(unsigned long sp)
{
	return READ_ONCE_NOCHECK(((unsigned long *)sp)[-1]);
}

/* Does the same, but resolves a trampoline to the true return address if that is possible. */
static unsigned long gm_true_return_below(unsigned long sp)
{
	unsigned long ip = gm_return_below(sp);

	return gm_is_trampoline(ip) ? gm_true_return(sp - sizeof(long)) ?: ip : ip;
}

/*
 * Goes from return address to return address for as long as @step knows how to go on. Inlined, so
 * that it uses no more stack than @step and @read need.
 */
static __always_inline unsigned int
gm_stack_follow(struct gm_stack *stack, struct gm_frames *f, struct gm_caller from,
		unsigned long end, gm_frame_t (*step)(struct gm_frames *f, unsigned long ip),
		unsigned long (*read)(unsigned long sp))
{
	unsigned long ip = from.ip, sp = from.sp;
	unsigned int depth = 0;

	while (depth < ARRAY_SIZE(stack->frame)) {
		gm_frame_t frame = step(f, ip);

		stack->frame[depth++] = ip;
		/* @step looks only in the frame table, and it does not have this address. */
		if (!frame)
			break;
		if (gm_frame_kind(frame) != GM_STEP_SP && gm_frame_kind(frame) != GM_FRAME_HIDDEN)
			break;
		sp += gm_frame_size(frame);
		if (sp > end)
			break;
		ip = read(sp);
	}
	return depth;
}

/*
 * Takes the stack if the unwinder does not get past a trampoline, as on 5.10 in the handler of a
 * kretprobe.
 */
static noinline unsigned int gm_stack_ask(struct gm_stack *stack, struct gm_frames *f,
					  struct gm_caller from, unsigned long end)
{
	return gm_stack_follow(stack, f, from, end, gm_frames_step, gm_true_return_below);
}

static void gm_note(unsigned long *known, unsigned long ip)
{
	if (READ_ONCE(*known) != ip)
		WRITE_ONCE(*known, ip);
}

/*
 * Notes who calls the C function of system calls. @left has the frame of that function and those
 * beyond it. Whoever uses these addresses in a walk first checks them against its own stack.
 */
static void gm_note_syscall(struct gm_frames *f, const unsigned long *left, unsigned int nr)
{
	switch (nr) {
	case 2:
		gm_note(&f->syscall_entry, left[1]);
		break;
	case 3:
		gm_note(&f->fred_via, left[1]);
		gm_note(&f->fred_entry, left[2]);
		break;
	}
}

/*
 * Leaves out the frames that the frame table marks as hidden; addresses that it lacks are noted as
 * wanted. A trampoline is not a frame of any function, and what the unwinder finds beyond one is
 * not trusted.
 */
static unsigned int gm_stack_sift(struct gm_stack *stack, unsigned int depth, struct gm_frames *f)
{
	unsigned int i, kept = 0, syscall = depth;

	for (i = 0; i < depth; i++) {
		unsigned long ip = stack->frame[i];
		u8 kind;

		if (unlikely(gm_is_trampoline(ip))) {
			stack->flags |= GHOSTMEM_SITE_F_CUT;
			break;
		}
		kind = gm_frames_kind(f, ip);
		if (kind == GM_FRAME_HIDDEN)
			continue;
		if (kind == GM_FRAME_SYSCALL)
			syscall = kept;
		stack->frame[kept++] = ip;
		if (kind == GM_FRAME_INTERRUPT)
			break;
		if (kind == GM_FRAME_SYSCALL_ENTRY && syscall < kept)
			gm_note_syscall(f, &stack->frame[syscall], kept - syscall);
	}
	return kept;
}

static void gm_stack_no_caller(struct gm_stack *stack)
{
	stack->flags = GHOSTMEM_SITE_F_NO_CALLER;
	stack->depth = 0;
}

/* Whether a trampoline replaces the caller's address and the true one cannot be determined. */
static bool gm_caller_is_lost(struct gm_caller *from)
{
	if (likely(!gm_is_trampoline(from->ip)))
		return false;
	from->ip = gm_true_return(from->sp - sizeof(long));
	return !from->ip;
}

void gm_stack_take(struct gm_stack *stack, struct gm_trace *trace, struct gm_frames *f,
		   struct gm_caller from, unsigned long end, unsigned int *ours)
{
	unsigned int depth;

	if (gm_caller_is_lost(&from)) {
		gm_stack_no_caller(stack);
		return;
	}
	depth = gm_unwind_from(stack, trace, from.ip, ours) ?: gm_unwind_at_caller(stack, from) ?:
		gm_stack_ask(stack, f, from, end);
	stack->flags = 0;
	depth = gm_stack_sift(stack, depth, f);
	if (depth > GHOSTMEM_STACK_MAX) {
		depth = GHOSTMEM_STACK_MAX;
		stack->flags = GHOSTMEM_SITE_F_CUT;
	}
	stack->depth = depth;
}

static gm_frame_t gm_frame_known(struct gm_frames *f, unsigned long ip)
{
	return gm_frames_find(f, ip);
}

void gm_stack_take_known(struct gm_stack *stack, struct gm_frames *f, struct gm_caller from,
			 unsigned long end)
{
	unsigned int depth;

	/* There is not enough stack left to determine the true address. */
	if (gm_is_trampoline(from.ip)) {
		gm_stack_no_caller(stack);
		return;
	}
	depth = gm_stack_follow(stack, f, from, end, gm_frame_known, gm_return_below);
	stack->depth = min_t(unsigned int, gm_stack_sift(stack, depth, f), GHOSTMEM_STACK_MAX);
	stack->flags = GHOSTMEM_SITE_F_CUT;
}
