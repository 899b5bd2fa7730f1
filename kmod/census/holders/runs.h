/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs: pages that belong to the block before them, although struct page does not say so.
 *
 * alloc_pages_exact() splits its block into single pages, and its caller keeps a pointer to the
 * first one only. So pages that nobody refers to are likely part of the page before them if that
 * one is held by a pointer to its first byte, up to where a block that begins there can extend.
 * This can hide a leak that happens to lie right behind such a page; therefore these blocks have a
 * mark of their own and are reported apart.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_RUNS_H
#define GHOSTMEM_CENSUS_HOLDERS_RUNS_H

#include <linux/types.h>

struct gm_ghost;

/* Sets GM_BLOCK_TAIL, and the first candidate, of such blocks. Sleeps. */
void gm_runs_mark(struct gm_ghost *block, u32 nr);

#endif /* GHOSTMEM_CENSUS_HOLDERS_RUNS_H */
