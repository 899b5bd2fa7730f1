/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks of the recorder: where the kernel reports allocations and frees of pages. The hooks are
 * static, so there is only one instance of them.
 *
 * A hook set says for each hook what it attaches to, whether tracking is possible without it, and
 * what is not seen without it. The hooks of single pages, of blocks and of the bulk allocator are
 * proven when they are attached, by pages that are allocated for that; a hook that does not see
 * them is detached again. The hooks of contiguous ranges and of moved pages are not proven:
 * making the kernel do either drains work queues of all CPUs, which never ends while a real-time
 * task keeps a CPU busy.
 */
#ifndef GHOSTMEM_HOOKS_HOOKS_H
#define GHOSTMEM_HOOKS_HOOKS_H

#include "hooks/hook.h"
#include "record/recorder.h"

/*
 * Attaches all hooks to @r, which must be clear and stopped. Returns 0, or a negative error with
 * everything detached and the reason in @why. The caller serialises the functions below, except
 * for gm_hooks_info(), which may run concurrently: it reports each hook as it was before the others
 * or as it is after them. All sleep.
 */
int gm_hooks_attach(struct gm_recorder *r, const char **why);

/*
 * Allocates pages to prove the hooks; @r must be started. Returns 0 if they were seen, or a
 * negative error with the reason in @why.
 */
int gm_hooks_prove(struct gm_recorder *r, const char **why);

/* Stops @r, detaches all hooks, and returns when no hook runs any more. */
void gm_hooks_detach(struct gm_recorder *r);

unsigned int gm_hooks_count(void);
void gm_hooks_info(unsigned int i, const struct gm_counters *sum, struct gm_hook_info *info);

#endif /* GHOSTMEM_HOOKS_HOOKS_H */
