/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuse: hooks record while it is on. A hook that finds something inconsistent turns it off,
 * because figures that may be wrong are worse than none. While the hooks are being proven, only
 * the allocations of a single task are recorded.
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
 * @state:	enum gm_fuse_state; hooks read it with preemption off
 * @prover:	while proving, the task whose allocations are recorded; only compared, never
 *		dereferenced
 * @of:		what it turns off, for the log message
 * @blown:	why it has turned itself off, or NULL; set once
 * @work:	logs @blown in a context where printk() is safe
 */
struct gm_fuse {
	u8 state;
	struct task_struct *prover;
	const char *of;
	const char *blown;
	struct irq_work work;
};

/* Initialises the fuse: off, and not blown. */
void gm_fuse_init(struct gm_fuse *f, const char *of);

/* Turns the fuse off until the next gm_fuse_mend(), and logs @why. Any context. */
void gm_fuse_blow(struct gm_fuse *f, const char *why);

/* Turns the fuse on, unless it is blown. Publishes to the hooks what was set up before. */
void gm_fuse_on(struct gm_fuse *f);

/* Turns the fuse on for the calling task's allocations outside interrupts, and for all frees. */
void gm_fuse_prove(struct gm_fuse *f);

/* Turns the fuse off, and returns when no hook that saw it on is running any more. Sleeps. */
void gm_fuse_off(struct gm_fuse *f);

/* Makes a blown fuse usable again. It must be off, and nothing may blow it meanwhile. */
static inline void gm_fuse_mend(struct gm_fuse *f)
{
	f->blown = NULL;
}

/* Whether frees, and other events of pages that were recorded before, are handled. */
static __always_inline bool gm_fuse_is_on(const struct gm_fuse *f)
{
	/* Pairs with smp_store_release() in fuse.c. */
	return smp_load_acquire(&f->state) != GM_FUSE_OFF;
}

/* Whether an allocation in the current context is recorded. */
static __always_inline bool gm_fuse_admits(const struct gm_fuse *f)
{
	/* Pairs with smp_store_release() in fuse.c. */
	u8 state = smp_load_acquire(&f->state);

	if (likely(state == GM_FUSE_ON))
		return true;
	/* A stale @prover does no harm: only the prover itself can find it equal to current. */
	return state == GM_FUSE_PROVING && in_task() && READ_ONCE(f->prover) == current;
}

#endif /* GHOSTMEM_RECORD_FUSE_H */
