/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The phases of a search, one after the other.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_PHASES_H
#define GHOSTMEM_CENSUS_HOLDERS_PHASES_H

#include <linux/ghostmem.h>
#include <linux/types.h>

struct gm_holders_result;
struct gm_refs;

/*
 * Runs all phases. Returns 0 and @result; -EINTR if it was stopped before there was one; or another
 * negative error, and the reason in @why. Sleeps.
 */
int gm_phases_run(struct gm_refs *r, struct gm_holders_result **result, char *why, size_t size);

/* Reports, for others to see, that a phase begins; its progress is counted in @r. */
void gm_search_phase(struct gm_refs *r, enum ghostmem_search_phase phase, u64 total);
void gm_search_amount(u64 targets, u64 held);

#endif /* GHOSTMEM_CENSUS_HOLDERS_PHASES_H */
