/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tests of the allocation paths of sk_buffs, and of the ways to free them: whether the hooks see an
 * sk_buff that takes each of them. All sleep.
 */
#ifndef GHOSTMEM_HOOKS_SKB_PATHS_H
#define GHOSTMEM_HOOKS_SKB_PATHS_H

#include "record/skbs.h"

enum gm_skb_path_id {
	GM_PATH_ALLOC,
	GM_PATH_CLONE,
	GM_PATH_NETDEV,
	GM_PATH_NAPI,
	GM_PATH_BUILD,
	GM_PATH_NAPI_BUILD,
	GM_PATH_SLAB_BUILD,
	GM_PATH_AROUND,
	__GM_PATH_MAX,
};

/* Whether this kernel has the path @id. */
bool gm_skb_path_exists(enum gm_skb_path_id id);

/* Takes the path. Returns 0 if its sk_buff was recorded, -EIO if not, or -ENOMEM. */
int gm_skb_path_try(struct gm_skbs *s, enum gm_skb_path_id id);

/*
 * Tests that sk_buffs are forgotten whichever way they are freed. Returns 0, -EIO or -ENOMEM, and
 * in *@how the way that was not seen.
 */
int gm_skb_deaths_try(struct gm_skbs *s, const char **how);

/* Tests that an sk_buff that alloc_skb() failed to complete is forgotten. Returns 0 or -EIO. */
int gm_skb_failure_try(struct gm_skbs *s);

#endif /* GHOSTMEM_HOOKS_SKB_PATHS_H */
