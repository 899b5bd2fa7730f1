/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The points in the kernel that are attached to in order to see the births and deaths of sk_buffs.
 * There is only one instance of them.
 *
 * The set of points should miss nothing at a low cost. Deaths are cheap: whichever way an sk_buff
 * is freed, it passes one or two of a few functions and tracepoints. All of these report it,
 * because a death may be reported twice (tables/skb_table.h). Births are seen where an allocator
 * calls another function once it has the sk_buff: that costs a tenth of watching the allocator's
 * return, and loses nothing when an interrupt comes in between, as kretprobes do. Which of these
 * calls the compiler has inlined differs from kernel to kernel, so it is tested (skb_hooks.c).
 */
#ifndef GHOSTMEM_HOOKS_SKB_POINTS_H
#define GHOSTMEM_HOOKS_SKB_POINTS_H

#include "record/skbs.h"

enum gm_skb_point_id {
	/* Births, where several allocation paths end. */
	GM_POINT_BUILD,
	GM_POINT_AROUND,
	/* In alloc_skb(), and where it fails after all; the first two are for different kernels. */
	GM_POINT_RESERVE,
	GM_POINT_NODE,
	GM_POINT_UNDO,
	/* In skb_clone(); the first is for kernels where __skb_clone() is not inlined. */
	GM_POINT_CLONE,
	GM_POINT_COPY,
	/* Births, at the return of the allocators. */
	GM_POINT_RETURN_ALLOC,
	GM_POINT_RETURN_CLONE,
	GM_POINT_RETURN_NETDEV,
	GM_POINT_RETURN_NAPI,
	GM_POINT_RETURN_BUILD,
	GM_POINT_RETURN_NAPI_BUILD,
	GM_POINT_RETURN_SLAB_BUILD,
	/* Deaths. */
	GM_POINT_DROP,
	GM_POINT_CONSUME,
	GM_POINT_MEM,
	GM_POINT_CACHE,
	GM_POINT_DEFER,
	GM_POINT_LATER,
	GM_POINT_STOLEN,
	GM_POINT_PARTIAL,
	__GM_POINT_MAX,
};

/**
 * struct gm_skb_point_info - what status reports about a point
 * @target:	the symbol that it is attached to, or would be
 * @kind:	enum ghostmem_hook_kind
 * @state:	enum ghostmem_hook_state
 * @event:	the counter of its events
 * @missed:	hits that the kernel could not deliver
 * @kp:		its kprobe while it is attached, or NULL
 */
struct gm_skb_point_info {
	const char *target;
	u32 kind;
	u32 state;
	enum gm_event event;
	u64 missed;
	struct kprobe *kp;
};

/*
 * Sets where the points record. Called while nothing is attached, always with the same @s, which
 * callbacks that ftrace could not detach go on using: see stuck.h.
 */
void gm_skb_points_record_to(struct gm_skbs *s);

/*
 * Attaches to a point. Returns 0, -ENOENT if this kernel has none of its symbols, or another
 * negative error. The caller serialises these calls. They sleep.
 */
int gm_skb_point_attach(enum gm_skb_point_id id);

/* Detaches a point that does not see what it was meant for. Other points stay attached. */
void gm_skb_point_withdraw(enum gm_skb_point_id id);

/* Detaches all points, and returns when no probe runs any more. Recording has been stopped. */
void gm_skb_points_detach(void);

/* Whether any attached point is a kprobe. */
bool gm_skb_points_probe(void);

void gm_skb_point_info(enum gm_skb_point_id id, struct gm_skb_point_info *info);

#endif /* GHOSTMEM_HOOKS_SKB_POINTS_H */
