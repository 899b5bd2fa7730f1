/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The allocator of contiguous ranges, which CMA and huge pages of 1 GiB come from: its name,
 * and where its arguments are. It became *_noprof with b951aaff5035 (6.10); since 7.0 what all go
 * through is the form that takes no references. Flags of its own, acr_flags_t, took the place of
 * the migrate type before 7.0, and are told by their macro.
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

/* Without this there is neither a declaration nor the function. */
#define GM_HAVE_CONTIG		IS_ENABLED(CONFIG_CONTIG_ALLOC)
#if GM_HAVE_CONTIG
GM_CHECK_PROTOTYPE(GM_CONTIG_FUNCTION, int, GM_CONTIG_PARAMS);
#endif

#define GM_CONTIG_SYMBOL	__stringify(GM_CONTIG_FUNCTION)

#endif /* GHOSTMEM_COMPAT_CONTIG_H */
