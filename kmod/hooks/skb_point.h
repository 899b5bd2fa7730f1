/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One point where the kernel calls the module with an sk_buff. The three ways to attach to it are
 * in skb_entries.h and skb_probes.h.
 */
#ifndef GHOSTMEM_HOOKS_SKB_POINT_H
#define GHOSTMEM_HOOKS_SKB_POINT_H

#include <linux/kprobes.h>
#include <linux/tracepoint.h>

#include "record/skbs.h"

#define GM_SKB_SYMBOLS	3

/**
 * enum gm_skb_role - what the entry of a function means for its sk_buff, the first argument
 * @GM_ROLE_BIRTH:	it is born
 * @GM_ROLE_INNER:	it is born if the function was called from within @within
 * @GM_ROLE_RESERVE:	likewise, but the sk_buff is argument GM_RESERVE_ARG_SKB
 * @GM_ROLE_CLONE:	it is born, or is alive already and becomes a copy of another (skb_morph())
 * @GM_ROLE_AROUND:	it is born unless it is NULL
 * @GM_ROLE_DEATH:	it dies
 * @GM_ROLE_LAST:	it dies, and no other hook reports this death afterwards
 * @GM_ROLE_PARTIAL:	it dies if the second argument says so
 * @GM_ROLE_LATER:	if nobody else holds a reference, it is freed, now or later by another CPU
 */
enum gm_skb_role {
	GM_ROLE_BIRTH,
	GM_ROLE_INNER,
	GM_ROLE_RESERVE,
	GM_ROLE_CLONE,
	GM_ROLE_AROUND,
	GM_ROLE_DEATH,
	GM_ROLE_LAST,
	GM_ROLE_PARTIAL,
	GM_ROLE_LATER,
};

/**
 * struct gm_skb_point - a place to attach to
 * @symbol:	symbols to attach to; the first that exists is used
 * @kind:	enum ghostmem_hook_kind
 * @event:	the counter of its events
 * @rank:	rank of a function, from 0 on: those that are entered most often come first
 * @role:	role of a function
 * @within:	only calls from within this function count; NULL: all calls
 * @skbs:	where it records
 * @target:	the symbol, once attached
 * @state:	enum ghostmem_hook_state
 * @address:	address of a function, once attached
 * @from:	address at which @within begins
 * @size:	size of @within in bytes
 * @tp:		the tracepoint, once found
 * @rp:		the kretprobe of a function whose return is watched
 */
struct gm_skb_point {
	const char *symbol[GM_SKB_SYMBOLS];
	u32 kind;
	enum gm_event event;
	unsigned int rank;
	enum gm_skb_role role;
	const char *within;
	struct gm_skbs *skbs;
	const char *target;
	u32 state;
	unsigned long address;
	unsigned long from;
	unsigned long size;
	struct tracepoint *tp;
	struct kretprobe rp;
};

/* Whether @call_site is in the function @within of @point. */
static inline bool gm_called_within(const struct gm_skb_point *point, unsigned long call_site)
{
	return call_site - point->from < point->size;
}

#endif /* GHOSTMEM_HOOKS_SKB_POINT_H */
