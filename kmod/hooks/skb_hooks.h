/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks of sk_buffs: which points have to be attached to, so that what comes by every door
 * is seen. There is one set of them in a module.
 */
#ifndef GHOSTMEM_HOOKS_SKB_HOOKS_H
#define GHOSTMEM_HOOKS_SKB_HOOKS_H

#include "hooks/hook.h"
#include "record/skbs.h"

/*
 * Attaches to what tells of deaths, and then, door by door, to what it takes to see its births;
 * tries out all of them. @s is clear and stopped, and so it is afterwards. 0, or a negative error
 * with everything detached and @why telling the reason. The caller serialises these calls,
 * gm_skb_hooks_info() included. They sleep.
 */
int gm_skb_hooks_attach(struct gm_skbs *s, const char **why);

/* Detaches, and returns when no hook runs any more. @s is stopped. */
void gm_skb_hooks_detach(struct gm_skbs *s);

/* Of these, some tell nothing: @info's name is NULL then. */
unsigned int gm_skb_hooks_count(void);
void gm_skb_hooks_info(unsigned int i, const struct gm_counters *sum, struct gm_hook_info *info);

#endif /* GHOSTMEM_HOOKS_SKB_HOOKS_H */
