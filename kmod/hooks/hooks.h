/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks: where the kernel tells the recorder of allocations and frees.
 *
 * A table says for each hook what it attaches to (the first candidate that this kernel
 * has), whether the tracker can do without it, and what is not seen then. Those of single
 * pages, of blocks and of the bulk allocator are proven when they are attached, by pages that are
 * allocated for that; one that does not see them is detached again. Those of contiguous ranges
 * and of pages that are moved are not: making the kernel do either drains work queues of all CPUs,
 * and waits for ever beside a real-time task that keeps one of them busy. There is one
 * set of hooks in a module.
 */
#ifndef GHOSTMEM_HOOKS_HOOKS_H
#define GHOSTMEM_HOOKS_HOOKS_H

#include <linux/types.h>

#include <linux/ghostmem.h>

#include "record/recorder.h"

struct gm_hook;
struct kprobe;

/**
 * struct gm_hook_info - what status tells of a hook
 * @name:	stable: part of the protocol
 * @target:	the symbol it is attached to or would be, or NULL if this kernel has none
 * @consequence: what is not seen without it
 * @kind:	enum ghostmem_hook_kind
 * @state:	enum ghostmem_hook_state
 * @needed:	no tracking without it
 * @events:	handled since the recorder was started
 * @missed:	hits that the kernel could not deliver, since attaching
 * @kp:		the kprobe that it is, while it is attached, or NULL
 */
struct gm_hook_info {
	const char *name;
	const char *target;
	const char *consequence;
	u32 kind;
	u32 state;
	bool needed;
	u64 events;
	u64 missed;
	struct kprobe *kp;
};

/*
 * Attaches the table to @r, which is clear and stopped. 0, or a negative error with everything
 * detached and @why telling the reason. The caller serialises these calls, but for
 * gm_hooks_info(), which tells of each hook what it was before or is after them. They sleep.
 */
int gm_hooks_attach(struct gm_recorder *r, const char **why);

/* With @r started: 0 if the pages allocated to prove the hooks were seen, or as above. */
int gm_hooks_prove(struct gm_recorder *r, const char **why);

/* Detaches, and returns when no hook runs any more. @r is stopped. */
void gm_hooks_detach(struct gm_recorder *r);

unsigned int gm_hooks_count(void);
void gm_hooks_info(unsigned int i, const struct gm_counters *sum, struct gm_hook_info *info);

#endif /* GHOSTMEM_HOOKS_HOOKS_H */
