/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The allocator of contiguous ranges, which CMA and huge pages of 1 GiB come from: its names,
 * and where its arguments are. It became *_noprof with b951aaff5035 (6.10); since 7.0 what all
 * go through is the form that takes no references.
 */
#ifndef GHOSTMEM_COMPAT_CONTIG_H
#define GHOSTMEM_COMPAT_CONTIG_H

#define GM_CONTIG_ARG_START	0
#define GM_CONTIG_ARG_END	1
#define GM_CONTIG_ARG_GFP	3

/* The symbol's names, newest first; the first that exists is hooked. */
#define GM_CONTIG_SYMBOLS \
	"alloc_contig_frozen_range_noprof", "alloc_contig_range_noprof", "alloc_contig_range"

#endif /* GHOSTMEM_COMPAT_CONTIG_H */
