/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Collects the blocks of ghost memory, which are the targets of a search, and with them decoys.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_GHOSTS_H
#define GHOSTMEM_CENSUS_HOLDERS_GHOSTS_H

#include <linux/types.h>

struct gm_refs;

/* Decoys in a search. */
#define GM_DECOYS	1000

/* Counts the blocks there are now, into *@nr. Returns false if the search is to be given up. */
bool gm_ghosts_count(struct gm_refs *r, u64 *nr);

/* Fills the blocks of @r. Returns false if the search is to be given up. Sleeps. */
bool gm_ghosts_collect(struct gm_refs *r);

/*
 * Marks blocks without a holder with GM_BLOCK_GONE if they have been freed or changed since, or are
 * known to be page tables by now; likewise decoys that are not free any more. Returns false if the
 * search is to be given up. Sleeps.
 */
bool gm_ghosts_recheck(struct gm_refs *r);

#endif /* GHOSTMEM_CENSUS_HOLDERS_GHOSTS_H */
