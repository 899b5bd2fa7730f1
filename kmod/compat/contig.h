/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The allocator of contiguous ranges, which serves CMA and huge pages of 1 GiB: its name and its
 * argument numbers. It was renamed to *_noprof by b951aaff5035 (6.10). Since 7.0 all callers go
 * through the variant that takes no references ("frozen"). Some time before 7.0, flags of its own,
 * acr_flags_t, replaced the migrate type; they are detected by their macro.
 */
#ifndef GHOSTMEM_COMPAT_CONTIG_H
#define GHOSTMEM_COMPAT_CONTIG_H

#include <linux/gfp.h>
#include <linux/version.h>

#include "prototype.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)
#define GM_CONTIG_FUNCTION	alloc_contig_frozen_range_noprof
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define GM_CONTIG_FUNCTION	alloc_contig_range_noprof
#else
#define GM_CONTIG_FUNCTION	alloc_contig_range
#endif

#ifdef ACR_FLAGS_NONE
#define GM_CONTIG_FLAGS		acr_flags_t
#else
#define GM_CONTIG_FLAGS		unsigned int
#endif

#define GM_CONTIG_PARAMS(P)						\
	(P(unsigned long, START), P(unsigned long, END), P(GM_CONTIG_FLAGS, FLAGS), P(gfp_t, GFP))

/* Argument numbers, from 0. */
#define GM_CONTIG_NUMBER(type, name)	GM_CONTIG_ARG_##name
GM_PARAM_NUMBERS(GM_CONTIG_PARAMS(GM_CONTIG_NUMBER));

/* Without CONFIG_CONTIG_ALLOC there is neither a declaration nor the function. */
#define GM_HAVE_CONTIG		IS_ENABLED(CONFIG_CONTIG_ALLOC)
#if GM_HAVE_CONTIG
GM_CHECK_PROTOTYPE(GM_CONTIG_FUNCTION, int, GM_CONTIG_PARAMS);
#endif

#define GM_CONTIG_SYMBOL	__stringify(GM_CONTIG_FUNCTION)

#endif /* GHOSTMEM_COMPAT_CONTIG_H */
