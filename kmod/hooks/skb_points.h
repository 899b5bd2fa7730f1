/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The points where the kernel is attached to, to see sk_buffs being born and dying. There is one
 * set of them in a module.
 *
 * What is wanted is a set that misses nothing at no great price. Deaths are cheap: whichever
 * way an sk_buff goes, it comes by one or two of a few functions and tracepoints, of which
 * each is told, because a death may be told twice (tables/skb_table.h). Births are seen where an
 * allocator calls another function once it has the sk_buff: that costs a tenth of watching for
 * its return, and loses nothing where an interrupt comes in between, as kretprobes do.
 * Which of these calls a compiler has inlined differs from kernel to kernel, so it is
 * tried out (skb_hooks.c).
 */
#ifndef GHOSTMEM_HOOKS_SKB_POINTS_H
#define GHOSTMEM_HOOKS_SKB_POINTS_H

#include "record/skbs.h"

enum gm_skb_point_id {
	/* Births, at their common end. */
	GM_POINT_BUILD,
	GM_POINT_AROUND,
	/* In alloc_skb(), and where that fails at last; the first two are of different kernels. */
	GM_POINT_RESERVE,
	GM_POINT_NODE,
	GM_POINT_UNDO,
	/* In skb_clone(); the first is of kernels where it is a function. */
	GM_POINT_CLONE,
	GM_POINT_COPY,
	/* Births, at the return of those who hand out. */
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
 * struct gm_skb_point_info - what there is to tell of a point
 * @target:	the symbol that it is attached to, or would be
 * @kind:	enum ghostmem_hook_kind
 * @state:	enum ghostmem_hook_state
 * @event:	which counter its events are in
 * @missed:	hits that the kernel could not deliver
 * @kp:		the kprobe that it is, while it is attached, or NULL
 */
struct gm_skb_point_info {
	const char *target;
	u32 kind;
	u32 state;
	enum gm_event event;
	u64 missed;
	struct kprobe *kp;
};

/* Where they record. Set while nothing is attached, and always the same: see gm_entries_stay(). */
void gm_skb_points_record_to(struct gm_skbs *s);

/*
 * 0, -ENOENT where this kernel has no such symbol, or another negative error. The caller
 * serialises these calls. They sleep.
 */
int gm_skb_point_attach(enum gm_skb_point_id id);

/* Detaches one that sees nothing of what it was meant for. There are others. */
void gm_skb_point_withdraw(enum gm_skb_point_id id);

/* Detaches all, and returns when none runs any more. Recording has been stopped. */
void gm_skb_points_detach(void);

/* Whether one that is attached is a kprobe. */
bool gm_skb_points_probe(void);

void gm_skb_point_info(enum gm_skb_point_id id, struct gm_skb_point_info *info);

#endif /* GHOSTMEM_HOOKS_SKB_POINTS_H */
