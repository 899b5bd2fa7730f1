/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Points that are tracepoints, and points that are returns of functions.
 */
#ifndef GHOSTMEM_HOOKS_SKB_PROBES_H
#define GHOSTMEM_HOOKS_SKB_PROBES_H

#include "hooks/skb_point.h"

/* Return 0, -ENOENT if this kernel has none of the symbols, or another negative error. Sleep. */
int gm_skb_tracepoint_attach(struct gm_skb_point *point);
int gm_skb_return_attach(struct gm_skb_point *point);

/* Sleeps. The probe may still be running afterwards: the caller has to wait for it. */
void gm_skb_tracepoint_detach(struct gm_skb_point *point);

/* Sleeps. The handlers do not run any more when it returns. */
void gm_skb_return_detach(struct gm_skb_point *point);

#endif /* GHOSTMEM_HOOKS_SKB_PROBES_H */
