/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuse: hooks record while it is on, and one that meets something inconsistent turns it
 * off, for figures that may be wrong are worse than none. While hooks are being proven, what a
 * single task allocates is recorded, and nothing else.
 */
#ifndef GHOSTMEM_RECORD_FUSE_H
#define GHOSTMEM_RECORD_FUSE_H

#include <linux/compiler.h>
#include <linux/irq_work.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/types.h>

enum gm_fuse_state {
	GM_FUSE_OFF,
	GM_FUSE_ON,
	GM_FUSE_PROVING,
};

/**
 * struct gm_fuse - an instance
 * @state:	enum gm_fuse_state; hooks look at it with preemption off
 * @prover:	while proving, whose allocations are recorded; only compared, never followed
 * @of:		what it turns off, for a person to read
 * @blown:	why it has turned itself off, or NULL; set once
 * @work:	says so in the kernel log, where it is safe to
 */
struct gm_fuse {
	u8 state;
	struct task_struct *prover;
	const char *of;
	const char *blown;
	struct irq_work work;
};

/* Off, and whole. */
void gm_fuse_init(struct gm_fuse *f, const char *of);

/* Off for good, until the next gm_fuse_mend(). Any context. */
void gm_fuse_blow(struct gm_fuse *f, const char *why);

/* On, unless it is blown. What hooks need is reached through it, and is there. */
void gm_fuse_on(struct gm_fuse *f);

/* On for what the calling task allocates, in no interrupt; for all that is freed. */
void gm_fuse_prove(struct gm_fuse *f);

/* Off, and no hook that looked before runs any more. Sleeps. */
void gm_fuse_off(struct gm_fuse *f);

/* As new. It is off, and nothing blows it now. */
static inline void gm_fuse_mend(struct gm_fuse *f)
{
	f->blown = NULL;
}

/* Whether what is freed, or was recorded before, is looked at. */
static __always_inline bool gm_fuse_is_on(const struct gm_fuse *f)
{
	/* Pairs with smp_store_release() in fuse.c. */
	return smp_load_acquire(&f->state) != GM_FUSE_OFF;
}

/* Whether what is allocated here is recorded. */
static __always_inline bool gm_fuse_admits(const struct gm_fuse *f)
{
	/* Pairs with smp_store_release() in fuse.c. */
	u8 state = smp_load_acquire(&f->state);

	if (likely(state == GM_FUSE_ON))
		return true;
	/* Nobody but the prover finds itself there, however old what is read is. */
	return state == GM_FUSE_PROVING && in_task() && READ_ONCE(f->prover) == current;
}

#endif /* GHOSTMEM_RECORD_FUSE_H */
