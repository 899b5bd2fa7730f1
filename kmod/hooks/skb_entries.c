// SPDX-License-Identifier: GPL-2.0
/*
 * Functions whose entry reports an sk_buff. See skb_points.h.
 *
 * One callback serves all functions, so detaching has to wait for one only. What the callback reads
 * is set before it is attached and does not change until it has been waited for, except for the
 * list of entries, which grows while some are attached already.
 */
#include <linux/kernel.h>

#include "compat/ftrace.h"
#include "compat/lookup.h"
#include "compat/skb.h"
#include "hooks/skb_entries.h"
#include "hooks/stuck.h"

#if GM_HAVE_FTRACE
#define GM_ENTRIES	11

/* ftrace's call is less than this behind the function's first byte: there may be an ENDBR. */
#define GM_ENTRY_BYTES	8

/* The address of an unused entry: no function is there. */
#define GM_NO_ADDRESS	(~0UL - GM_ENTRY_BYTES)

/**
 * struct gm_skb_entry_at - one of the functions
 * @address:	address of its first byte, or GM_NO_ADDRESS; published after @point
 * @point:	the point that it belongs to
 */
struct gm_skb_entry_at {
	unsigned long address;
	const struct gm_skb_point *point;
};

/* Indexed by rank. */
static struct gm_skb_entry_at gm_entries[GM_ENTRIES] = {
	[0 ... GM_ENTRIES - 1] = { .address = GM_NO_ADDRESS },
};

static __always_inline const struct gm_skb_point *gm_entry_of(unsigned long ip)
{
	const struct gm_skb_entry_at *at;

	for (at = gm_entries; at < gm_entries + GM_ENTRIES; at++) {
		/* Pairs with smp_store_release() in gm_entry_add(). */
		if (ip - smp_load_acquire(&at->address) < GM_ENTRY_BYTES)
			return at->point;
	}
	return NULL;
}

/* The function's argument @n, which is given as a constant: then this is a single load. */
#define gm_skb_argument(regs, n)	((const struct sk_buff *)gm_ftrace_argument(regs, n))

static __always_inline void gm_birth(const struct gm_skb_point *point, const struct sk_buff *skb,
				     unsigned long parent, struct gm_ftrace_regs *regs,
				     enum gm_skb_seen seen)
{
	/* The caller's stack begins just above the return address. */
	struct gm_caller caller = {
		.ip = parent,
		.sp = gm_ftrace_sp(regs) + sizeof(long),
	};

	gm_skbs_born(point->skbs, skb, caller, seen, point->event);
}

static __always_inline void gm_death(const struct gm_skb_point *point,
				     struct gm_ftrace_regs *regs, bool last)
{
	gm_skbs_died(point->skbs, gm_skb_argument(regs, 0), last, point->event);
}

static void gm_entered(const struct gm_skb_point *point, unsigned long parent,
		       struct gm_ftrace_regs *regs)
{
	const struct sk_buff *skb;

	switch (point->role) {
	case GM_ROLE_BIRTH:
		gm_birth(point, gm_skb_argument(regs, 0), parent, regs, GM_SKB_NEW);
		return;
	case GM_ROLE_LAST:
		gm_death(point, regs, true);
		return;
	case GM_ROLE_RESERVE:
		if (gm_called_within(point, parent))
			gm_birth(point, gm_skb_argument(regs, GM_RESERVE_ARG_SKB), parent, regs,
				 GM_SKB_NEW);
		return;
	case GM_ROLE_INNER:
		if (gm_called_within(point, parent))
			gm_birth(point, gm_skb_argument(regs, 0), parent, regs, GM_SKB_NEW);
		return;
	case GM_ROLE_CLONE:
		gm_birth(point, gm_skb_argument(regs, 0), parent, regs, GM_SKB_MAYBE);
		return;
	case GM_ROLE_DEATH:
		gm_death(point, regs, false);
		return;
	case GM_ROLE_LATER:
		skb = gm_skb_argument(regs, 0);
		if (refcount_read(&skb->users) == 1)
			gm_death(point, regs, false);
		return;
	case GM_ROLE_PARTIAL:
		if (gm_ftrace_argument(regs, 1) & 0xff)
			gm_death(point, regs, false);
		return;
	case GM_ROLE_AROUND:
		skb = gm_skb_argument(regs, 0);
		if (skb)
			gm_birth(point, skb, parent, regs, GM_SKB_NEW);
		return;
	}
}

static void notrace gm_entry_callback(unsigned long ip, unsigned long parent,
				      struct ftrace_ops *ops, struct gm_ftrace_regs *regs)
{
	const struct gm_skb_point *point = gm_entry_of(ip);

	if (likely(point))
		gm_entered(point, parent, regs);
}

/* Permanent: otherwise the calls would just stop when kernel.ftrace_enabled is set to 0. */
static struct ftrace_ops gm_entry_ops = {
	.func = gm_entry_callback,
	.flags = GM_FTRACE_FLAGS | FTRACE_OPS_FL_PERMANENT,
};

/* The number of functions in its filter. An empty filter would match all functions. */
static unsigned int gm_entry_filtered;
static bool gm_entry_registered;

static int gm_entry_filter(const struct gm_skb_point *point)
{
	int err = ftrace_set_filter_ip(&gm_entry_ops, point->address, 0, 0);

	if (!err)
		gm_entry_filtered++;
	return err;
}

static void gm_entry_unfilter(unsigned long address)
{
	if (!ftrace_set_filter_ip(&gm_entry_ops, address, 1, 0))
		gm_entry_filtered--;
}

static int gm_entry_add(struct gm_skb_point *point)
{
	struct gm_skb_entry_at *at = &gm_entries[point->rank];
	int err;

	/* The callback must be able to find the entry before it is called for it. */
	at->point = point;
	/* Pairs with smp_load_acquire() in gm_entry_of(). */
	smp_store_release(&at->address, point->address);
	err = gm_entry_filter(point);
	if (!err && !gm_entry_registered) {
		err = register_ftrace_function(&gm_entry_ops);
		gm_entry_registered = !err;
		if (err)
			gm_entry_unfilter(point->address);
	}
	if (err)
		WRITE_ONCE(at->address, GM_NO_ADDRESS);
	return err;
}

void gm_skb_entry_withdraw(struct gm_skb_point *point)
{
	if (WARN_ON_ONCE(gm_entry_filtered < 2))
		return;
	gm_entry_unfilter(point->address);
	WRITE_ONCE(gm_entries[point->rank].address, GM_NO_ADDRESS);
}

void gm_skb_entries_detach(void)
{
	unsigned int i;
	int err;

	/* Waits until no callback runs, and no task is on its way to one. */
	err = gm_entry_registered ? unregister_ftrace_function(&gm_entry_ops) : 0;
	if (err) {
		gm_hook_is_stuck("the entries of functions");
		return;
	}
	gm_entry_registered = false;
	for (i = 0; i < GM_ENTRIES; i++) {
		if (gm_entries[i].address == GM_NO_ADDRESS)
			continue;
		gm_entry_unfilter(gm_entries[i].address);
		gm_entries[i].address = GM_NO_ADDRESS;
	}
}
#else
static int gm_entry_add(struct gm_skb_point *point)
{
	return -EOPNOTSUPP;
}

void gm_skb_entry_withdraw(struct gm_skb_point *point)
{
}

void gm_skb_entries_detach(void)
{
}
#endif /* GM_HAVE_FTRACE */

int gm_skb_entry_attach(struct gm_skb_point *point)
{
	unsigned int i;

	for (i = 0; i < GM_SKB_SYMBOLS && point->symbol[i]; i++) {
		point->address = gm_lookup(point->symbol[i]);
		if (!point->address)
			continue;
		point->target = point->symbol[i];
		return gm_entry_add(point);
	}
	return -ENOENT;
}

