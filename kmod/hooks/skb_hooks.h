/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks of sk_buffs: which points have to be attached to, so that the sk_buffs of every
 * allocation path are seen. They are static, so there is only one instance of them.
 */
#ifndef GHOSTMEM_HOOKS_SKB_HOOKS_H
#define GHOSTMEM_HOOKS_SKB_HOOKS_H

#include "hooks/hook.h"
#include "record/skbs.h"

/*
 * Attaches to the points that report deaths and then, path by path, to the points that are needed
 * to see its births; tests all of them. @s must be clear and stopped, and is so again afterwards.
 * Returns 0, or a negative error with everything detached and the reason in @why. The caller
 * serialises this and gm_skb_hooks_detach(); both sleep. gm_skb_hooks_info() may run beside them.
 */
int gm_skb_hooks_attach(struct gm_skbs *s, const char **why);

/* Stops @s, detaches all hooks, and returns when no hook runs any more. */
void gm_skb_hooks_detach(struct gm_skbs *s);

unsigned int gm_skb_hooks_count(void);
void gm_skb_hooks_info(unsigned int i, const struct gm_counters *sum, struct gm_hook_info *info);

#endif /* GHOSTMEM_HOOKS_SKB_HOOKS_H */
