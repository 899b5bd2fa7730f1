/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The self-test of a search: blocks that are held in known ways, and blocks that are lost on
 * purpose. A search that does not get all of them right has no result.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_PROBES_H
#define GHOSTMEM_CENSUS_HOLDERS_PROBES_H

#include <linux/types.h>

struct gm_probes;
struct gm_refs;

/* Allocates them; NULL if there is no memory. Sleeps. */
struct gm_probes *gm_probes_create(void);
void gm_probes_destroy(struct gm_probes *probes);

/*
 * Marks their blocks, so that they are in no row of the result. Called when all blocks have been
 * collected. Returns false, and @why, if one is missing.
 */
bool gm_probes_mark(struct gm_probes *probes, struct gm_refs *r, const char **why);

/* Whether the search has judged them right; else @why. */
bool gm_probes_check(const struct gm_probes *probes, const struct gm_refs *r, const char **why);

#endif /* GHOSTMEM_CENSUS_HOLDERS_PROBES_H */
