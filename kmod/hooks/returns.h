/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The doors without a tracepoint, watched at their return: the bulk allocator, that of
 * contiguous ranges, and where pages are moved.
 */
#ifndef GHOSTMEM_HOOKS_RETURNS_H
#define GHOSTMEM_HOOKS_RETURNS_H

#include <linux/kprobes.h>

#include "compat/bulk.h"
#include "record/recorder.h"

#if GM_HAVE_BULK
extern struct kretprobe gm_bulk_kretprobe;
#endif
extern struct kretprobe gm_contig_kretprobe;
extern struct kretprobe gm_move_kretprobe;
extern struct kretprobe gm_move_zs_kretprobe;

/* Where they record, as handlers get no private pointer. Set while neither is attached. */
void gm_returns_record_to(struct gm_recorder *r);

#endif /* GHOSTMEM_HOOKS_RETURNS_H */
