/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Claims: which socket was the first to hold a block of pages, or an object of
 * the slab, so that each is counted once, and what two sockets hold is seen to be shared.
 *
 * A claim is noted by number: page frame or address. Nothing is looked at behind it, so
 * that it may be made after the locks that kept the thing alive have been dropped.
 */
#ifndef GHOSTMEM_CENSUS_CLAIMS_H
#define GHOSTMEM_CENSUS_CLAIMS_H

#include <linux/types.h>
#include <linux/xarray.h>

#include "census/arena.h"

/* Owners are from 1 to this; the bit above says that there are several. */
#define GM_CLAIM_OWNER_MAX	(BIT(31) - 1)

/**
 * struct gm_claims - the claims
 * @leaves:	u32 a page frame, in pages, by page frame number
 * @objects:	owner by address, for objects that may be met twice
 * @arena:	is charged for both
 */
struct gm_claims {
	struct xarray leaves;
	struct xarray objects;
	struct gm_arena *arena;
};

enum gm_claim {
	GM_CLAIM_FIRST,		/* nobody had it */
	GM_CLAIM_AGAIN,		/* this owner has it already */
	GM_CLAIM_SHARED,	/* others have, and now this owner too */
	GM_CLAIM_NEWLY_SHARED,	/* likewise, and it was one other who did not know so yet */
	GM_CLAIM_NO_MEMORY,	/* not noted */
};

void gm_claims_init(struct gm_claims *claims, struct gm_arena *arena);
void gm_claims_destroy(struct gm_claims *claims);

/*
 * Owners claim one after the other: once the next has begun, none before it comes back.
 * With GM_CLAIM_NEWLY_SHARED @other is who had it. Both sleep.
 */
enum gm_claim gm_claim_pfn(struct gm_claims *claims, unsigned long pfn, u32 owner, u32 *other);
enum gm_claim gm_claim_object(struct gm_claims *claims, unsigned long address, u32 owner);

#endif /* GHOSTMEM_CENSUS_CLAIMS_H */
