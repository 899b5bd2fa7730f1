/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The self-test: allocates and frees pages, which the hooks must see. It does not test contiguous
 * ranges and moving pages; see hooks.h.
 *
 * All functions sleep and need attached hooks and a started recorder. They return 0 if the test
 * passed; -ENOMEM, which says nothing about the hooks; or -EIO if a page or its free was not seen,
 * or its stack does not lead here: then figures would be wrong, not just missing.
 */
#ifndef GHOSTMEM_HOOKS_SELFTEST_H
#define GHOSTMEM_HOOKS_SELFTEST_H

#include "record/recorder.h"

/* Single pages, blocks, and blocks freed in parts. */
int gm_selftest_pages(struct gm_recorder *r);

/* The bulk allocator, filling an array that has old pages between the new ones. */
int gm_selftest_bulk(struct gm_recorder *r);

/* Whether the stack of site @id leads to this module. */
bool gm_selftest_is_ours(const struct gm_sites *sites, u32 id);

/* Returns what a pair of an allocation and a free costs now, hooked or not, in ns. */
u32 gm_selftest_pair_ns(void);

#endif /* GHOSTMEM_HOOKS_SELFTEST_H */
