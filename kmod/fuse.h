/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fuse: hooks record while it is on, and one that meets something inconsistent turns it
 * off, for figures that may be wrong are worse than none.
 */
#ifndef GHOSTMEM_FUSE_H
#define GHOSTMEM_FUSE_H

#include <linux/compiler.h>
#include <linux/irq_work.h>
#include <linux/types.h>

/**
 * struct gm_fuse - an instance
 * @on:		events are recorded; hooks look at it with preemption off
 * @of:		what it turns off, for a person to read
 * @blown:	why it has turned itself off, or NULL; set once
 * @work:	says so in the kernel log, where it is safe to
 */
struct gm_fuse {
	bool on;
	const char *of;
	const char *blown;
	struct irq_work work;
};

/* Off, and whole. */
void gm_fuse_init(struct gm_fuse *f, const char *of);

/* Off for good, until the next gm_fuse_mend(). Any context. */
void gm_fuse_blow(struct gm_fuse *f, const char *why);

/* On. What hooks need is reached through it, and is there. */
void gm_fuse_on(struct gm_fuse *f);

/* Off, and no hook that looked before runs any more. Sleeps. */
void gm_fuse_off(struct gm_fuse *f);

/* As new. It is off, and nothing blows it now. */
static inline void gm_fuse_mend(struct gm_fuse *f)
{
	f->blown = NULL;
}

static __always_inline bool gm_fuse_is_on(const struct gm_fuse *f)
{
	return READ_ONCE(f->on);
}

#endif /* GHOSTMEM_FUSE_H */
