// SPDX-License-Identifier: GPL-2.0
/*
 * The points. See skb_points.h.
 */
#include <linux/kernel.h>

#include "compat/lookup.h"
#include "compat/skb.h"
#include "hooks/skb_entries.h"
#include "hooks/skb_points.h"
#include "hooks/skb_probes.h"

static struct gm_skb_point gm_points[__GM_POINT_MAX] = {
	[GM_POINT_BUILD] = {
		.symbol = { "__build_skb_around" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.role = GM_ROLE_BIRTH,
		.event = GM_EVENT_SKB_BUILD,
	},
	[GM_POINT_AROUND] = {
		.symbol = { "build_skb_around" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 10,
		.role = GM_ROLE_AROUND,
		.event = GM_EVENT_SKB_AROUND,
	},
	[GM_POINT_RESERVE] = {
#if GM_HAVE_RESERVE_SKB
		.symbol = { "kmalloc_reserve" },
#endif
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 1,
		.role = GM_ROLE_RESERVE,
		.within = "__alloc_skb",
		.event = GM_EVENT_SKB_RESERVE,
	},
	[GM_POINT_NODE] = {
#if GM_HAVE_ALLOC_NODE
		.symbol = { "kmem_cache_alloc_node" },
#endif
		.kind = GHOSTMEM_HOOK_TRACEPOINT,
		.within = "__alloc_skb",
		.event = GM_EVENT_SKB_NODE,
	},
	[GM_POINT_UNDO] = {
		.symbol = { "kmem_cache_free" },
		.kind = GHOSTMEM_HOOK_TRACEPOINT,
		.within = "__alloc_skb",
		.event = GM_EVENT_SKB_UNDO,
	},
	[GM_POINT_CLONE] = {
		.symbol = { "__skb_clone" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 4,
		.role = GM_ROLE_CLONE,
		.event = GM_EVENT_SKB_CLONE,
	},
	[GM_POINT_COPY] = {
		.symbol = { "__copy_skb_header" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 5,
		.role = GM_ROLE_INNER,
		.within = "skb_clone",
		.event = GM_EVENT_SKB_CLONE,
	},
	[GM_POINT_RETURN_ALLOC] = {
		.symbol = { "__alloc_skb" },
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.event = GM_EVENT_SKB_RETURN,
	},
	[GM_POINT_RETURN_CLONE] = {
		.symbol = { "skb_clone" },
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.event = GM_EVENT_SKB_RETURN,
	},
	[GM_POINT_RETURN_NETDEV] = {
		.symbol = { "__netdev_alloc_skb" },
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.event = GM_EVENT_SKB_RETURN,
	},
	[GM_POINT_RETURN_NAPI] = {
		.symbol = { "napi_alloc_skb", "__napi_alloc_skb" },
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.event = GM_EVENT_SKB_RETURN,
	},
	[GM_POINT_RETURN_BUILD] = {
		.symbol = { "build_skb" },
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.event = GM_EVENT_SKB_RETURN,
	},
	[GM_POINT_RETURN_NAPI_BUILD] = {
		.symbol = { "napi_build_skb" },
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.event = GM_EVENT_SKB_RETURN,
	},
	[GM_POINT_RETURN_SLAB_BUILD] = {
		.symbol = { "slab_build_skb" },
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.event = GM_EVENT_SKB_RETURN,
	},
	[GM_POINT_DROP] = {
		.symbol = { "kfree_skb" },
		.kind = GHOSTMEM_HOOK_TRACEPOINT,
		.event = GM_EVENT_SKB_DROP,
	},
	[GM_POINT_CONSUME] = {
		.symbol = { "consume_skb" },
		.kind = GHOSTMEM_HOOK_TRACEPOINT,
		.event = GM_EVENT_SKB_CONSUME,
	},
	[GM_POINT_MEM] = {
		.symbol = { "kfree_skbmem" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 2,
		.role = GM_ROLE_LAST,
		.event = GM_EVENT_SKB_MEM,
	},
	[GM_POINT_CACHE] = {
		.symbol = { "napi_skb_cache_put" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 3,
		.role = GM_ROLE_LAST,
		.event = GM_EVENT_SKB_CACHE,
	},
	[GM_POINT_DEFER] = {
		.symbol = { "__napi_kfree_skb", "__kfree_skb_defer" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 9,
		.role = GM_ROLE_DEATH,
		.event = GM_EVENT_SKB_DEFER,
	},
	[GM_POINT_LATER] = {
		.symbol = { "skb_attempt_defer_free" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 6,
		.role = GM_ROLE_LATER,
		.event = GM_EVENT_SKB_LATER,
	},
	[GM_POINT_STOLEN] = {
		.symbol = { "napi_skb_free_stolen_head" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 8,
		.role = GM_ROLE_DEATH,
		.event = GM_EVENT_SKB_STOLEN,
	},
	[GM_POINT_PARTIAL] = {
		.symbol = { "kfree_skb_partial" },
		.kind = GHOSTMEM_HOOK_FUNCTION,
		.rank = 7,
		.role = GM_ROLE_PARTIAL,
		.event = GM_EVENT_SKB_PARTIAL,
	},
};

void gm_skb_points_record_to(struct gm_skbs *s)
{
	unsigned int i;

	for (i = 0; i < __GM_POINT_MAX; i++)
		gm_points[i].skbs = s;
}

static int gm_within_find(struct gm_skb_point *point)
{
	point->from = gm_lookup_function(point->within, &point->size);
	return point->from ? 0 : -ENOENT;
}

int gm_skb_point_attach(enum gm_skb_point_id id)
{
	struct gm_skb_point *point = &gm_points[id];
	u32 state;
	int err;

	if (point->state == GHOSTMEM_HOOK_ATTACHED)
		return 0;
	WRITE_ONCE(point->target, NULL);
	err = point->within ? gm_within_find(point) : 0;
	if (!err && point->kind == GHOSTMEM_HOOK_FUNCTION)
		err = gm_skb_entry_attach(point);
	else if (!err && point->kind == GHOSTMEM_HOOK_TRACEPOINT)
		err = gm_skb_tracepoint_attach(point);
	else if (!err)
		err = gm_skb_return_attach(point);
	state = !err ? GHOSTMEM_HOOK_ATTACHED :
		err == -ENOENT ? GHOSTMEM_HOOK_MISSING : GHOSTMEM_HOOK_FAILED;
	WRITE_ONCE(point->state, state);
	return err;
}

/* Detaches a point unless it is a function's entry. Its probe may still be running. */
static void gm_point_detach(struct gm_skb_point *point, u32 state)
{
	if (point->state == GHOSTMEM_HOOK_ATTACHED && point->kind == GHOSTMEM_HOOK_TRACEPOINT)
		gm_skb_tracepoint_detach(point);
	else if (point->state == GHOSTMEM_HOOK_ATTACHED && point->kind == GHOSTMEM_HOOK_KRETPROBE)
		gm_skb_return_detach(point);
	WRITE_ONCE(point->state, state);
}

void gm_skb_point_withdraw(enum gm_skb_point_id id)
{
	struct gm_skb_point *point = &gm_points[id];

	if (point->kind == GHOSTMEM_HOOK_FUNCTION)
		gm_skb_entry_withdraw(point);
	gm_point_detach(point, GHOSTMEM_HOOK_FAILED);
}

void gm_skb_points_detach(void)
{
	unsigned int i;

	gm_skb_entries_detach();
	for (i = 0; i < __GM_POINT_MAX; i++)
		gm_point_detach(&gm_points[i], GHOSTMEM_HOOK_DETACHED);
	/* Covers RCU and, where tracepoints use it, SRCU. */
	tracepoint_synchronize_unregister();
}

bool gm_skb_points_probe(void)
{
	unsigned int i;

	for (i = 0; i < __GM_POINT_MAX; i++) {
		if (gm_points[i].state == GHOSTMEM_HOOK_ATTACHED &&
		    gm_points[i].kind == GHOSTMEM_HOOK_KRETPROBE)
			return true;
	}
	return false;
}

void gm_skb_point_info(enum gm_skb_point_id id, struct gm_skb_point_info *info)
{
	struct gm_skb_point *point = &gm_points[id];

	/* May run concurrently with attaching and detaching. */
	info->target = READ_ONCE(point->target);
	info->kind = point->kind;
	info->state = READ_ONCE(point->state);
	info->event = point->event;
	info->missed = 0;
	info->kp = NULL;
	if (point->kind != GHOSTMEM_HOOK_KRETPROBE || info->state != GHOSTMEM_HOOK_ATTACHED)
		return;
	info->missed = point->rp.nmissed + point->rp.kp.nmissed;
	info->kp = &point->rp.kp;
}
