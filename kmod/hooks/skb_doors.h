/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The doors by which sk_buffs are born and die, tried out: whether the hooks see what goes
 * through. All sleep.
 */
#ifndef GHOSTMEM_HOOKS_SKB_DOORS_H
#define GHOSTMEM_HOOKS_SKB_DOORS_H

#include "record/skbs.h"

enum gm_skb_door_id {
	GM_DOOR_ALLOC,
	GM_DOOR_CLONE,
	GM_DOOR_NETDEV,
	GM_DOOR_NAPI,
	GM_DOOR_BUILD,
	GM_DOOR_NAPI_BUILD,
	GM_DOOR_SLAB_BUILD,
	GM_DOOR_AROUND,
	__GM_DOOR_MAX,
};

/* This kernel has it. */
bool gm_skb_door_exists(enum gm_skb_door_id id);

/* 0 if what came by it was recorded, -EIO if not, or -ENOMEM. */
int gm_skb_door_try(struct gm_skbs *s, enum gm_skb_door_id id);

/* Whether all that dies is forgotten, of what alloc_skb() makes. Likewise; *@how: which is not. */
int gm_skb_deaths_try(struct gm_skbs *s, const char **how);

/* Whether what alloc_skb() could not make after all is forgotten, too. 0 or -EIO. */
int gm_skb_failure_try(struct gm_skbs *s);

#endif /* GHOSTMEM_HOOKS_SKB_DOORS_H */
