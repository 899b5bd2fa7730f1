/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frame table: how to go on from a return address to the one before it.
 *
 * The kernel's unwinder needs some three hundred instructions a frame to find out, and
 * what it finds depends on the return address alone. So it is asked once for each, and
 * remembered here; a whole stack is then walked in some fifteen instructions a frame, with
 * the same result to the frame (stack_walk.h).
 *
 * A cache: an entry that is lost is learnt again. A step is remembered only of text that stays
 * until it is announced to go, which is the kernel's and the modules' (see gm_frames_forget());
 * of all else, such as what BPF and ftrace generate, that it is unknown.
 *
 * Learning formats symbols, which takes more than a KiB of stack and some ten thousand
 * instructions an address. Whoever allocates has neither to spare: hooks note the address that they
 * miss (gm_frames_want()), and a worker learns it (gm_frames_learn_wanted()).
 */
#ifndef GHOSTMEM_STACK_UNWIND_CACHE_H
#define GHOSTMEM_STACK_UNWIND_CACHE_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "compat/unwind.h"

/*
 * An entry: the low half of the return address (all kernel text is within 2 GiB), and from bit
 * 32 on the kind, from 40 on where the frame pointer is, from 48 on the size. Of all but a
 * GM_STEP_SP the low half has its lowest bit flipped, so that one comparison tells that an entry
 * is the one wanted, and an ordinary one; the flipped address is nobody's, for no call is one
 * byte long. 0 is none.
 */
typedef u64 gm_frame_t;

/* Kinds, beside those of gm_unwind_step(). */
enum gm_frame_kind {
	/* An interrupt came in here: the frame is kept, and those beyond are not to blame. */
	GM_FRAME_INTERRUPT = GM_STEP_OTHER + 1,
	/* A GM_STEP_SP, but of tracing code between the allocator and a probe: not kept. */
	GM_FRAME_HIDDEN,
	/* The entry code of user space, which always is the first on a task's stack. */
	GM_FRAME_SYSCALL_ENTRY,
	/*
	 * The C function of 64 bit system calls; a GM_STEP_BP. Its caller is always the same: that
	 * code, or with FRED a function that it has called.
	 */
	GM_FRAME_SYSCALL,
};

#define GM_FRAMES_SHIFT	13
#define GM_FRAMES_NR	((unsigned int)BIT(GM_FRAMES_SHIFT))
/* An address is found within so many entries, from where it belongs. */
#define GM_FRAMES_WAYS	4
/* Addresses that may be wanted at a time. One that finds no room is noted when it is met again. */
#define GM_FRAMES_WANTED	256U

/**
 * struct gm_frames - an instance of the table
 * @entry:	replaced by single stores; needs no lock. The last ones are there so that a
 *		search never wraps. In front, where an address costs an instruction less to find
 * @syscall_entry: the address of the GM_FRAME_SYSCALL_ENTRY that has called the GM_FRAME_SYSCALL,
 *		once it is known
 * @fred_entry:	likewise, where another function is between them
 * @fred_via:	the address in that function, or 0
 * @wanted:	addresses to be learnt, or 0; hooks set one that is 0, and only whoever learns or
 *		forgets makes it 0 again
 * @news:	addresses have been noted since the worker has last begun to look
 * @called:	the worker has been called, and has not begun to look yet
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

/* Of one that is plain: GM_STEP_SP. */
static __always_inline u8 gm_frame_kind(gm_frame_t frame)
{
	return frame >> 32;
}

static __always_inline unsigned long gm_frame_size(gm_frame_t frame)
{
	return frame >> 48;
}

/* As in struct gm_step. */
static inline u8 gm_frame_bp(gm_frame_t frame)
{
	return frame >> 40;
}

static __always_inline u32 gm_frames_index(unsigned long ip)
{
	/* Fibonacci hashing: neighbours are spread. */
	return ((u32)ip * 0x9e3779b1U) >> (32 - GM_FRAMES_SHIFT);
}

/* The entry of @ip, or 0. Any context, preemption off. */
gm_frame_t gm_frames_search(const struct gm_frames *f, unsigned long ip);

static __always_inline gm_frame_t gm_frames_find(const struct gm_frames *f, unsigned long ip)
{
	gm_frame_t frame = READ_ONCE(f->entry[gm_frames_index(ip)]);

	if (likely(gm_frame_is_plain(frame, ip)) || gm_frame_is(frame, ip))
		return frame;
	return gm_frames_search(f, ip);
}

/*
 * Once, before there is a table: finds the functions that have to be known for what they are before
 * they are learnt. Sleeps.
 */
void gm_frames_init(void);

/*
 * What the frame of @ip is, as far as it matters to which frames a stack keeps: GM_FRAME_HIDDEN and
 * GM_FRAME_INTERRUPT are told also of an address that is not in the table, and then wanted.
 * Any context but NMI, preemption off.
 */
u8 gm_frames_kind(struct gm_frames *f, unsigned long ip);

/*
 * The entry of @ip, which is on the stack of whoever calls this; of an address that is not in the
 * table, and then wanted, made for this once. Context as above.
 */
gm_frame_t gm_frames_step(struct gm_frames *f, unsigned long ip);

/* Notes that @ip is to be learnt. Context as above. */
void gm_frames_want(struct gm_frames *f, unsigned long ip);

/* Whether somebody has to call the worker: true once, until gm_frames_look(). Context as above. */
static inline bool gm_frames_call(struct gm_frames *f)
{
	return unlikely(READ_ONCE(f->news)) && !READ_ONCE(f->called) && !xchg(&f->called, true);
}

/*
 * The worker's: begins to look, and learns the address at @i, below GM_FRAMES_WANTED, if there is
 * one. May sleep; the caller excludes gm_frames_forget().
 */
void gm_frames_look(struct gm_frames *f);
void gm_frames_learn_wanted(struct gm_frames *f, unsigned int i);

/*
 * Forgets the addresses that are @gone: of text that has run for the last time, or that is to
 * run for the first. No stack has such an address, so that nobody misses or wants it now.
 */
void gm_frames_forget(struct gm_frames *f, bool (*gone)(void *ctx, unsigned long ip), void *ctx);

/* Enters the step at @ip, in the place of another where it must. */
void gm_frames_put(struct gm_frames *f, unsigned long ip, gm_frame_t frame);

#endif /* GHOSTMEM_STACK_UNWIND_CACHE_H */
