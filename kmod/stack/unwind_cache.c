// SPDX-License-Identifier: GPL-2.0
/*
 * The frame table's slow side. See unwind_cache.h.
 */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "compat/irq_stack.h"
#include "compat/lookup.h"
#include "compat/trampoline.h"
#include "stack/unwind_cache.h"

/* Symbol names are up to 511 characters, and only the beginning is of interest. */
#define GM_SYMBOL_MAX	128

/*
 * Whether an address is in text that stays, and is the return address of a call. Its symbol tells:
 * after the symbol, kallsyms names the module, or "bpf" or "__builtin__..." for generated code. No
 * call returns to the very beginning of a symbol: such an address was put in place of the true one
 * to trace the return (kretprobes, the function graph tracer).
 */
static bool gm_is_lasting(const char *symbol)
{
	const char *offset = strrchr(symbol, '+'), *owner = strchr(symbol, '[');

	if (!offset || !strncmp(offset, "+0x0/", 5))
		return false;
	return !owner || (strncmp(owner, "[bpf]", 5) && strncmp(owner, "[__builtin__", 12));
}

/**
 * struct gm_landmark - a function whose kind has to be known before its addresses are learnt
 * @name:	its symbol
 * @kind:	kind of the frames of calls that it makes
 * @start:	start of its text; 0 if there is no function of that name
 * @size:	size of its text; likewise
 */
struct gm_landmark {
	const char *name;
	u8 kind;
	unsigned long start;
	unsigned long size;
};

/*
 * Written once by gm_frames_init(). Thanks to these a stack keeps the same frames before its
 * addresses are learnt as afterwards. Only if the compiler has changed one of the names may a few
 * stacks have more frames at first.
 */
static struct gm_landmark gm_landmarks[] = {
	{ "handle_softirqs", GM_FRAME_INTERRUPT },
	{ "asm_fred_entrypoint_kernel", GM_FRAME_INTERRUPT },
	{ "__traceiter_mm_page_alloc", GM_FRAME_HIDDEN },
	{ "__traceiter_kmem_cache_alloc_node", GM_FRAME_HIDDEN },
	{ "gm_probe_alloc_sampled", GM_FRAME_HIDDEN },
};

void gm_frames_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gm_landmarks); i++) {
		struct gm_landmark *mark = &gm_landmarks[i];

		mark->start = gm_lookup_function(mark->name, &mark->size);
	}
}

static const struct gm_landmark *gm_landmark_of(unsigned long ip)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gm_landmarks); i++) {
		if (ip - gm_landmarks[i].start < gm_landmarks[i].size)
			return &gm_landmarks[i];
	}
	return NULL;
}

static bool gm_begins(const char *symbol, const char *name)
{
	return !strncmp(symbol, name, strlen(name));
}

/* Whether a frame is between allocator and gm_stack_take(): tracepoint code, or our own probe. */
static bool gm_is_tracing(const char *symbol)
{
	return gm_begins(symbol, "__traceiter_") || gm_begins(symbol, "gm_probe_alloc_sampled+");
}

/*
 * Returns the kind of a frame. Since 39218ff4c625 (5.13) the C function of system calls shifts its
 * stack by a random offset, so its frame can only be left by the frame pointer. But it is called in
 * only one place, the entry code, whose own frame is the first on the task's stack. With FRED,
 * since 14619d912b65 (6.9), the entry code is another, and calls the function by way of
 * fred_entry_from_user(), unless the compiler has made that call a jump. Which of the two is the
 * case is seen when such a stack is unwound (gm_stack_sift()).
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
		return gm_begins(symbol, "entry_SYSCALL_64") ||
		       gm_begins(symbol, "asm_fred_entrypoint_user+") ? GM_FRAME_SYSCALL_ENTRY :
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

void gm_frames_want(struct gm_frames *f, unsigned long ip)
{
	unsigned int i, at = gm_frames_index(ip);

	for (i = 0; i < GM_FRAMES_WAYS; i++) {
		unsigned long *wanted = &f->wanted[(at + i) % GM_FRAMES_WANTED];
		unsigned long old = READ_ONCE(*wanted);

		if (!old)
			old = cmpxchg(wanted, 0, ip);
		if (old == ip)
			return;
		if (!old) {
			/* Ordered by the cmpxchg(), which pairs with gm_frames_look(). */
			WRITE_ONCE(f->news, true);
			return;
		}
	}
}

u8 gm_frames_kind(struct gm_frames *f, unsigned long ip)
{
	gm_frame_t frame = gm_frames_find(f, ip);
	const struct gm_landmark *mark;

	if (frame)
		return gm_frame_kind(frame);
	gm_frames_want(f, ip);
	mark = gm_landmark_of(ip);
	return mark ? mark->kind : GM_STEP_OTHER;
}

/* Not inlined, so that its stack frame is not there while a stack is unwound. */
static noinline gm_frame_t gm_frames_ask(unsigned long ip)
{
	const struct gm_landmark *mark = gm_landmark_of(ip);
	struct gm_step step;
	u8 kind;

	/* Nobody knows how to go on from an address that replaces a return address. */
	if (!gm_irq_stack_known() || gm_in_trampoline(ip))
		return gm_frame(ip, GM_STEP_OTHER, 0, 0);
	step = gm_unwind_step(ip);
	kind = step.kind;
	if (gm_irq_stack_is_entry(ip, ""))
		kind = GM_FRAME_INTERRUPT;
	else if (mark && (mark->kind == GM_FRAME_INTERRUPT || kind == GM_STEP_SP))
		kind = mark->kind;
	return gm_frame(ip, kind, step.size, step.bp);
}

gm_frame_t gm_frames_step(struct gm_frames *f, unsigned long ip)
{
	gm_frame_t frame = gm_frames_find(f, ip);

	if (frame)
		return frame;
	gm_frames_want(f, ip);
	return gm_frames_ask(ip);
}

static void gm_frames_learn(struct gm_frames *f, unsigned long ip)
{
	gm_frame_t frame = gm_frame(ip, GM_STEP_OTHER, 0, 0);
	char symbol[GM_SYMBOL_MAX];
	struct gm_step step;

	snprintf(symbol, sizeof(symbol), "%pS", (void *)ip);
	if (gm_irq_stack_known() && gm_is_lasting(symbol)) {
		step = gm_unwind_step(ip);
		frame = gm_frame(ip, gm_kind(ip, symbol, &step), step.size, step.bp);
	}
	gm_frames_put(f, ip, frame);
}

void gm_frames_look(struct gm_frames *f)
{
	WRITE_ONCE(f->called, false);
	WRITE_ONCE(f->news, false);
	/*
	 * Pairs with the cmpxchg() in gm_frames_want(): if the worker does not see an address that
	 * a hook has noted, the hook sees f->called cleared, and so calls the worker again.
	 */
	smp_mb();
}

void gm_frames_learn_wanted(struct gm_frames *f, unsigned int i)
{
	unsigned long ip = READ_ONCE(f->wanted[i]);

	if (!ip)
		return;
	gm_frames_learn(f, ip);
	/* The address is cleared only now that it is known, so that no hook notes it again. */
	WRITE_ONCE(f->wanted[i], 0);
}

void gm_frames_forget(struct gm_frames *f, bool (*gone)(void *ctx, unsigned long ip), void *ctx)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(f->entry); i++) {
		gm_frame_t frame = READ_ONCE(f->entry[i]);

		/* If the entry has been replaced meanwhile, the new one is of other text. */
		if (frame && gone(ctx, gm_frame_ip(frame)))
			cmpxchg(&f->entry[i], frame, 0);
	}
	for (i = 0; i < GM_FRAMES_WANTED; i++) {
		unsigned long ip = READ_ONCE(f->wanted[i]);

		if (ip && gone(ctx, ip))
			WRITE_ONCE(f->wanted[i], 0);
	}
}
