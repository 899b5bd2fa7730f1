/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The self-test: what is allocated and freed here must be seen. What it does not try is a
 * contiguous range, and moving pages; see hooks.h.
 *
 * All functions sleep and need attached hooks and a started recorder. 0 is good;
 * -ENOMEM says nothing of the hooks; -EIO: the page was not seen, or its free,
 * or its stack does not lead here; what makes figures wrong, not just missing.
 */
#ifndef GHOSTMEM_HOOKS_SELFTEST_H
#define GHOSTMEM_HOOKS_SELFTEST_H

#include "record/recorder.h"

/* Single pages, blocks, and blocks freed in parts. */
int gm_selftest_pages(struct gm_recorder *r);

/* The bulk allocator, into an array with old pages between the new. */
int gm_selftest_bulk(struct gm_recorder *r);

/* The stack of site @id leads to this module. */
bool gm_selftest_is_ours(const struct gm_sites *sites, u32 id);

/* What a pair of allocation and free costs now, hooked or not, in ns. */
u32 gm_selftest_pair_ns(void);

#endif /* GHOSTMEM_HOOKS_SELFTEST_H */
