/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The roots: all of the kernel's memory that is not itself ghost memory. Looks there for references
 * to the targets.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_ROOTS_H
#define GHOSTMEM_CENSUS_HOLDERS_ROOTS_H

#include <linux/types.h>

struct gm_refs;

/* Returns false if the search is to be given up. Sleeps. */
bool gm_roots_scan(struct gm_refs *r);

/* Looks at what block @from refers to: a gm_closure's look(). */
bool gm_block_scan(void *priv, u32 from);

#endif /* GHOSTMEM_CENSUS_HOLDERS_ROOTS_H */
