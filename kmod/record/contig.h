/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records the pages of contiguous ranges (CMA, huge pages of 1 GiB). They are recorded as single
 * pages that share one site. Long ranges are recorded later, see pending.h.
 */
#ifndef GHOSTMEM_RECORD_CONTIG_H
#define GHOSTMEM_RECORD_CONTIG_H

#include "record/recorder.h"

/* Records the allocation of the @nr page frames from @pfn on. Any context, preemption off. */
void gm_contig_record(struct gm_recorder *r, unsigned long pfn, unsigned long nr, gfp_t gfp,
		      struct gm_caller caller);

/*
 * Writes the records of a part of such a range; a gm_pending_write_t. Where all pages are recorded,
 * gm_contig_record() has counted them already, because they are in use. Samples are counted here,
 * because their number is not known before.
 */
void gm_contig_write(void *ctx, unsigned long pfn, unsigned long nr, gm_record_t rec, u32 level);

#endif /* GHOSTMEM_RECORD_CONTIG_H */
