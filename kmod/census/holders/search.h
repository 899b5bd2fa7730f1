/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The search for holders of ghost memory: a thread that runs on request, one at a time.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_SEARCH_H
#define GHOSTMEM_CENSUS_HOLDERS_SEARCH_H

#include <linux/ghostmem.h>
#include <linux/types.h>

struct gm_holders_result;

/* Most characters of a reason why a search failed. */
#define GM_SEARCH_REASON	160

/**
 * struct gm_search_state - how far the search is
 * @number:	number of the search
 * @phase:	what it is doing
 * @done:	progress of the phase; @total likewise
 * @targets:	pages that are searched for
 * @held:	pages of which a holder is known
 * @reason:	why it failed, or empty
 */
struct gm_search_state {
	u32 number;
	enum ghostmem_search_phase phase;
	u64 done;
	u64 total;
	u64 targets;
	u64 held;
	char reason[GM_SEARCH_REASON];
};

/*
 * Starts a search, and forgets the result of the one before. Returns 0, -EBUSY if one is running,
 * or a negative error. Called by a process: its page table is the one that is walked.
 */
int gm_search_start(void);

/* Tells the search to stop; does not wait for that. */
void gm_search_stop(void);

/* Stops the search, waits for its end and forgets its result. None can be started meanwhile. */
void gm_search_exit(void);

void gm_search_get_state(struct gm_search_state *state);

/* Returns the last result, with a reference for the caller, or NULL. */
struct gm_holders_result *gm_search_get_result(void);

#endif /* GHOSTMEM_CENSUS_HOLDERS_SEARCH_H */
