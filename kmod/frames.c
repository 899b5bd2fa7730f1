// SPDX-License-Identifier: GPL-2.0
/*
 * The frame table's slow side. See frames.h.
 */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "compat/irq_stack.h"
#include "frames.h"

/* Symbol names are up to 511 characters, and only the beginning is of interest. */
#define GM_SYMBOL_MAX	128

/*
 * Text that stays, and at which a call returned. Its symbol tells: kallsyms names, after
 * the symbol, the module, and "bpf" or "__builtin__..." for generated code. At a symbol's very
 * beginning no call returns: such an address was put in place of the true one, to trace
 * the return (kretprobes, the function graph tracer).
 */
static bool gm_is_lasting(const char *symbol)
{
	const char *offset = strrchr(symbol, '+'), *owner = strchr(symbol, '[');

	if (!offset || !strncmp(offset, "+0x0/", 5))
		return false;
	return !owner || (strncmp(owner, "[bpf]", 5) && strncmp(owner, "[__builtin__", 12));
}

static bool gm_begins(const char *symbol, const char *name)
{
	return !strncmp(symbol, name, strlen(name));
}

/* Between the allocator and what takes the stack: the tracepoint's code, and our own probe. */
static bool gm_is_tracing(const char *symbol)
{
	return gm_begins(symbol, "__traceiter_") || gm_begins(symbol, "gm_probe_alloc_sampled+");
}

/*
 * Since 39218ff4c625 (5.13) the C function of system calls begins with a stretch of random
 * length, which makes its frame one that depends on the frame pointer. But it is called in one
 * place alone, the entry code, whose own frame is where the task's stack begins. (With FRED
 * that code is another, and goes by another name.)
 */
static u8 gm_kind(unsigned long ip, const char *symbol, const struct gm_step *step)
{
	if (gm_irq_stack_is_entry(ip, symbol))
		return GM_FRAME_INTERRUPT;
	switch (step->kind) {
	case GM_STEP_SP:
		return gm_is_tracing(symbol) ? GM_FRAME_HIDDEN : GM_STEP_SP;
	case GM_STEP_BP:
		return gm_begins(symbol, "do_syscall_64+") ? GM_FRAME_SYSCALL : GM_STEP_BP;
	case GM_STEP_REGS:
		return gm_begins(symbol, "entry_SYSCALL_64") ? GM_FRAME_SYSCALL_ENTRY :
							       GM_STEP_REGS;
	default:
		return step->kind;
	}
}

gm_frame_t gm_frames_search(const struct gm_frames *f, unsigned long ip)
{
	const gm_frame_t *entry = &f->entry[gm_frames_index(ip)];
	gm_frame_t frame;
	unsigned int i;

	for (i = 0; i < GM_FRAMES_WAYS; i++) {
		frame = READ_ONCE(entry[i]);
		if (gm_frame_is(frame, ip))
			return frame;
	}
	return 0;
}

void gm_frames_put(struct gm_frames *f, unsigned long ip, gm_frame_t frame)
{
	gm_frame_t *entry = &f->entry[gm_frames_index(ip)];
	unsigned int i;

	for (i = 0; i < GM_FRAMES_WAYS; i++) {
		gm_frame_t old = READ_ONCE(entry[i]);

		if (gm_frame_is(old, ip))
			return;
		if (!old && !cmpxchg(&entry[i], 0, frame))
			return;
	}
	WRITE_ONCE(entry[ip % GM_FRAMES_WAYS], frame);
}

gm_frame_t gm_frames_learn(struct gm_frames *f, unsigned long ip)
{
	gm_frame_t frame = gm_frame(ip, GM_STEP_OTHER, 0, 0);
	char symbol[GM_SYMBOL_MAX];
	struct gm_step step;

	snprintf(symbol, sizeof(symbol), "%pS", (void *)ip);
	if (gm_irq_stack_known() && gm_is_lasting(symbol)) {
		step = gm_unwind_step(ip);
		frame = gm_frame(ip, gm_kind(ip, symbol, &step), step.size, step.bp);
	}
	if (gm_frame_kind(frame) == GM_FRAME_SYSCALL_ENTRY)
		WRITE_ONCE(f->syscall_entry, ip);
	gm_frames_put(f, ip, frame);
	return frame;
}

void gm_frames_forget(struct gm_frames *f, bool (*gone)(void *ctx, unsigned long ip), void *ctx)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(f->entry); i++) {
		gm_frame_t frame = READ_ONCE(f->entry[i]);

		/* What took its place meanwhile is of other text. */
		if (frame && gone(ctx, gm_frame_ip(frame)))
			cmpxchg(&f->entry[i], frame, 0);
	}
}
