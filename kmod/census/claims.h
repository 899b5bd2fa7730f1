/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Claims: note which socket holds a block of pages or a slab object, so that each is counted only
 * once, and those that several sockets hold are known to be shared.
 *
 * A claim is made by number: page frame number or address. The memory itself is not accessed, so
 * a claim may be made after the locks that kept the memory alive have been dropped.
 */
#ifndef GHOSTMEM_CENSUS_CLAIMS_H
#define GHOSTMEM_CENSUS_CLAIMS_H

#include <linux/types.h>
#include <linux/xarray.h>

#include "census/arena.h"

/* Owners are numbered from 1 to this; the next higher bit marks that there are several. */
#define GM_CLAIM_OWNER_MAX	(BIT(31) - 1)

/**
 * struct gm_claims - the claims
 * @leaves:	one u32 per page frame, in pages indexed by the upper bits of the pfn
 * @objects:	owners by address, of objects that may be found more than once
 * @arena:	is charged for the memory of both
 */
struct gm_claims {
	struct xarray leaves;
	struct xarray objects;
	struct gm_arena *arena;
};

enum gm_claim {
	GM_CLAIM_FIRST,		/* nobody had claimed it */
	GM_CLAIM_AGAIN,		/* this owner has claimed it already */
	GM_CLAIM_SHARED,	/* others have claimed it, and now this owner has, too */
	GM_CLAIM_NEWLY_SHARED,	/* likewise, and until now only one other owner had */
	GM_CLAIM_NO_MEMORY,	/* the claim is not noted */
};

void gm_claims_init(struct gm_claims *claims, struct gm_arena *arena);
void gm_claims_destroy(struct gm_claims *claims);

/*
 * Claim a page frame or an object for @owner. Owners make their claims one after the other: once
 * the next one has begun, no earlier one claims again. With GM_CLAIM_NEWLY_SHARED, @other is set
 * to the owner until now. Both sleep.
 */
enum gm_claim gm_claim_pfn(struct gm_claims *claims, unsigned long pfn, u32 owner, u32 *other);
enum gm_claim gm_claim_object(struct gm_claims *claims, unsigned long address, u32 owner);

#endif /* GHOSTMEM_CENSUS_CLAIMS_H */
