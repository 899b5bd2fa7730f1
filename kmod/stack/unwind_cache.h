/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frame table: how to get from a return address to that of the calling function.
 *
 * The kernel's unwinder needs some three hundred instructions a frame to find this out, and the
 * answer depends on the return address alone. So the unwinder is asked once for each address, and
 * the answer is kept here. A whole stack is then walked in some fifteen instructions a frame, with
 * exactly the same frames as a result (stack_walk.h).
 *
 * This is a cache: an entry that is lost is learnt again. Steps are kept only for text that stays
 * until its removal is announced, which is that of the kernel and of modules (see
 * gm_frames_forget()). All other text, such as what BPF and ftrace generate, is kept as unknown.
 *
 * Learning an address formats its symbol, which takes more than a KiB of stack and some ten
 * thousand instructions. An allocation has neither to spare: hooks only note the address that is
 * missing (gm_frames_want()), and a worker learns it (gm_frames_learn_wanted()).
 */
#ifndef GHOSTMEM_STACK_UNWIND_CACHE_H
#define GHOSTMEM_STACK_UNWIND_CACHE_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "compat/unwind.h"

/*
 * An entry: the low half of the return address (all kernel text is within 2 GiB), the kind from bit
 * 32 on, the place of the frame pointer from bit 40 on, and the size from bit 48 on. For all kinds
 * except GM_STEP_SP the lowest bit of the low half is flipped, so that a single comparison tells
 * that an entry is the one wanted and of the common kind. The flipped address is never a return
 * address itself, because no call is one byte long. 0 means no entry.
 */
typedef u64 gm_frame_t;

/* Kinds of frames, in addition to those of gm_unwind_step(). */
enum gm_frame_kind {
	/* An interrupt came in here: this frame is kept, those beyond it are not. */
	GM_FRAME_INTERRUPT = GM_STEP_OTHER + 1,
	/* A GM_STEP_SP of tracing code between the allocator and a probe: not kept. */
	GM_FRAME_HIDDEN,
	/* The entry code from user space, which is always the first frame on a task's stack. */
	GM_FRAME_SYSCALL_ENTRY,
	/*
	 * The C function of 64-bit system calls, a GM_STEP_BP. Its caller is always the same: the
	 * entry code, or with FRED a function that the entry code calls.
	 */
	GM_FRAME_SYSCALL,
};

#define GM_FRAMES_SHIFT	13
#define GM_FRAMES_NR	((unsigned int)BIT(GM_FRAMES_SHIFT))
/* An address is within this many entries from its index on. */
#define GM_FRAMES_WAYS	4
/* Addresses that may be wanted at a time. If there is no room, one is noted when seen again. */
#define GM_FRAMES_WANTED	256U

/**
 * struct gm_frames - an instance of the table
 * @entry:	replaced by single stores; needs no lock. The last GM_FRAMES_WAYS exist so that a
 *		search never wraps. First in the struct, which saves an instruction in a lookup
 * @syscall_entry: the return address in the GM_FRAME_SYSCALL_ENTRY that calls the
 *		GM_FRAME_SYSCALL, once it is known
 * @fred_entry:	likewise, if there is another function between them
 * @fred_via:	the return address in that function, or 0
 * @wanted:	addresses to be learnt, or 0. Hooks set an entry that is 0; only whoever learns or
 *		forgets addresses clears it again
 * @news:	addresses have been noted since the worker last began to look
 * @called:	the worker has been called and has not begun to look yet
 */
struct gm_frames {
	gm_frame_t entry[GM_FRAMES_NR + GM_FRAMES_WAYS];
	unsigned long syscall_entry;
	unsigned long fred_entry;
	unsigned long fred_via;
	unsigned long wanted[GM_FRAMES_WANTED];
	bool news;
	bool called;
};

static inline gm_frame_t gm_frame(unsigned long ip, u8 kind, u16 size, u8 bp)
{
	u32 low = kind == GM_STEP_SP ? ip : ip ^ 1;

	return (u64)size << 48 | (u64)bp << 40 | (u64)kind << 32 | low;
}

static __always_inline bool gm_frame_is_plain(gm_frame_t frame, unsigned long ip)
{
	return (u32)frame == (u32)ip;
}

static __always_inline bool gm_frame_is(gm_frame_t frame, unsigned long ip)
{
	return gm_frame_is_plain(frame, ip) || (u32)frame == ((u32)ip ^ 1);
}

/* All kernel text is in the uppermost 2 GiB. The lowest bit may be flipped. */
static inline unsigned long gm_frame_ip(gm_frame_t frame)
{
	return (long)(s32)frame;
}

/* The kind of a frame. That of a plain one is GM_STEP_SP. */
static __always_inline u8 gm_frame_kind(gm_frame_t frame)
{
	return frame >> 32;
}

static __always_inline unsigned long gm_frame_size(gm_frame_t frame)
{
	return frame >> 48;
}

/* The same as bp in struct gm_step. */
static inline u8 gm_frame_bp(gm_frame_t frame)
{
	return frame >> 40;
}

static __always_inline u32 gm_frames_index(unsigned long ip)
{
	/* Fibonacci hashing: neighbours are spread. */
	return ((u32)ip * 0x9e3779b1U) >> (32 - GM_FRAMES_SHIFT);
}

/* Returns the entry of @ip, or 0. Any context, preemption off. */
gm_frame_t gm_frames_search(const struct gm_frames *f, unsigned long ip);

static __always_inline gm_frame_t gm_frames_find(const struct gm_frames *f, unsigned long ip)
{
	gm_frame_t frame = READ_ONCE(f->entry[gm_frames_index(ip)]);

	if (likely(gm_frame_is_plain(frame, ip)) || gm_frame_is(frame, ip))
		return frame;
	return gm_frames_search(f, ip);
}

/*
 * Looks up the functions whose kind has to be known before their addresses are learnt. Called once,
 * before there is a table. Sleeps.
 */
void gm_frames_init(void);

/*
 * Returns the kind of the frame of @ip, as far as it decides which frames a stack keeps. If @ip is
 * not in the table, it is noted as wanted, and GM_FRAME_HIDDEN and GM_FRAME_INTERRUPT are still
 * returned for the functions known by gm_frames_init(). Any context but NMI, preemption off.
 */
u8 gm_frames_kind(struct gm_frames *f, unsigned long ip);

/*
 * Returns the entry of @ip, which is on the stack that this runs on. If @ip is not in the table, it
 * is noted as wanted, and an entry is made up for this one use. Context as above.
 */
gm_frame_t gm_frames_step(struct gm_frames *f, unsigned long ip);

/* Notes that @ip is to be learnt. Context as above. */
void gm_frames_want(struct gm_frames *f, unsigned long ip);

/* Whether the caller has to call the worker: true once until gm_frames_look(). Context as above. */
static inline bool gm_frames_call(struct gm_frames *f)
{
	return unlikely(READ_ONCE(f->news)) && !READ_ONCE(f->called) && !xchg(&f->called, true);
}

/*
 * Called by the worker. gm_frames_look() begins to look for wanted addresses;
 * gm_frames_learn_wanted() learns the one at @i, below GM_FRAMES_WANTED, if there is one. May
 * sleep; the caller excludes gm_frames_forget().
 */
void gm_frames_look(struct gm_frames *f);
void gm_frames_learn_wanted(struct gm_frames *f, unsigned int i);

/*
 * Forgets the addresses for which @gone returns true: of text that has run for the last time, or
 * that is about to run for the first time. No stack has such an address, so no hook looks it up or
 * notes it meanwhile.
 */
void gm_frames_forget(struct gm_frames *f, bool (*gone)(void *ctx, unsigned long ip), void *ctx);

/* Enters the step at @ip. Replaces another entry if there is no free one. */
void gm_frames_put(struct gm_frames *f, unsigned long ip, gm_frame_t frame);

#endif /* GHOSTMEM_STACK_UNWIND_CACHE_H */
