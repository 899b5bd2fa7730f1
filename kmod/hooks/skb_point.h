/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One point where the kernel calls us with an sk_buff. The three ways to attach to it are in
 * skb_entries.h and skb_probes.h.
 */
#ifndef GHOSTMEM_HOOKS_SKB_POINT_H
#define GHOSTMEM_HOOKS_SKB_POINT_H

#include <linux/kprobes.h>
#include <linux/tracepoint.h>

#include "record/skbs.h"

#define GM_SKB_SYMBOLS	3

/**
 * enum gm_skb_role - what it means that a function is entered
 * @GM_ROLE_BIRTH:	its first argument is born
 * @GM_ROLE_INNER:	likewise, if it was called from within the function that was named
 * @GM_ROLE_RESERVE:	likewise, but it is GM_RESERVE_ARG_SKB
 * @GM_ROLE_CLONE:	it is born, or had been and becomes another's copy (skb_morph())
 * @GM_ROLE_AROUND:	it is born unless it is NULL
 * @GM_ROLE_DEATH:	it dies
 * @GM_ROLE_LAST:	it dies, and nothing else tells
 * @GM_ROLE_PARTIAL:	it dies if the second argument says so
 * @GM_ROLE_LATER:	it is let go of, now or by another CPU in its time, if nobody else has it
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
 * @symbol:	to attach to; the first that there is
 * @kind:	enum ghostmem_hook_kind
 * @event:	which counter its events are in
 * @rank:	of functions, from 0 on: those that are entered most come first
 * @role:	of a function
 * @within:	calls out of this function only; NULL for all
 * @skbs:	where it records
 * @target:	the symbol, once attached
 * @state:	enum ghostmem_hook_state
 * @address:	of a function, once attached
 * @from:	where @within begins
 * @size:	its bytes
 * @tp:		the tracepoint, once found
 * @rp:		of what is watched at its return
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

/* Whether @call_site is in the function that was named. */
static inline bool gm_called_within(const struct gm_skb_point *point, unsigned long call_site)
{
	return call_site - point->from < point->size;
}

#endif /* GHOSTMEM_HOOKS_SKB_POINT_H */
