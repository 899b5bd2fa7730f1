/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points that are entries of functions, attached to by ftrace.
 */
#ifndef GHOSTMEM_HOOKS_SKB_ENTRIES_H
#define GHOSTMEM_HOOKS_SKB_ENTRIES_H

#include "hooks/skb_point.h"

/* Returns 0, -ENOENT if this kernel has none of the symbols, or another negative error. Sleeps. */
int gm_skb_entry_attach(struct gm_skb_point *point);

/* Detaches one point while others stay; its callback may still be running. Sleeps. */
void gm_skb_entry_withdraw(struct gm_skb_point *point);

/* Detaches all points. No callback runs any more when it returns. Sleeps. */
void gm_skb_entries_detach(void);

#endif /* GHOSTMEM_HOOKS_SKB_ENTRIES_H */
