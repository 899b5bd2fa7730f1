/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Groups of references: all references from the same place of the same kind of container, such as
 * offset 48 of the objects of a slab cache, or a variable. What a group holds is a row of the
 * result. There is a limited number of groups; references for which there is no group of their own
 * are those of the group "other" of their kind.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_GROUPS_H
#define GHOSTMEM_CENSUS_HOLDERS_GROUPS_H

#include <linux/ghostmem.h>
#include <linux/limits.h>
#include <linux/types.h>

#include "census/holders/blocks.h"

#define GM_GROUPS_MAX		4096
#define GM_GROUPS_BUCKETS	1024
#define GM_GROUP_NAME		64
#define GM_GROUP_SYMBOLS	3

/* Offset of a group that has references at many different offsets. */
#define GM_OFFSET_ANY		U32_MAX

/*
 * How much a reference is worth. Words on stacks and in memory that was allocated during boot are
 * often out of date, and per-CPU caches point to what they handed out last.
 */
enum gm_tier {
	GM_TIER_OWN,		/* slab, vmalloc, variables */
	GM_TIER_PERCPU,
	GM_TIER_WEAK,		/* stacks, boot memory */

	GM_TIERS,
};

/**
 * struct gm_group - a group of references
 * @key:	address of the cache, start of the variable, number of the extent, or pid
 * @end:	end of the variable
 * @offset:	bytes from the container's start to the reference, or GM_OFFSET_ANY
 * @kind:	enum ghostmem_holder_kind
 * @parent:	of GHOSTMEM_HOLDER_BLOCK and _PAGE: the group that holds the block which refers
 * @next:	next group in the hash bucket
 * @members:	of a slab cache's group with GM_OFFSET_ANY: number of its groups with an offset
 * @symbols:	number of entries in @symbol
 * @samples:	number of containers that were searched for symbols
 * @name:	of the cache or variable, or empty
 * @symbol:	names of what the container points to in code and data of the kernel
 */
struct gm_group {
	unsigned long key;
	unsigned long end;
	u32 offset;
	u8 kind;
	u16 parent;
	u16 next;
	u16 members;
	u8 symbols;
	u8 samples;
	char name[GM_GROUP_NAME];
	char symbol[GM_GROUP_SYMBOLS][GM_GROUP_NAME];
};

/**
 * struct gm_groups - the groups
 * @group:	by id; id 0 is no group
 * @nr:		number of ids in use, including 0
 * @overflown:	there was no room for another one
 * @bucket:	first group of each hash bucket
 */
struct gm_groups {
	struct gm_group *group;
	u32 nr;
	bool overflown;
	u16 bucket[GM_GROUPS_BUCKETS];
};

int gm_groups_init(struct gm_groups *g);
void gm_groups_destroy(struct gm_groups *g);

/*
 * Returns the id of a group, which is made if necessary; @made tells. If there is no room for
 * another one, returns the one for all others of its kind, which has key 0.
 */
u16 gm_groups_get(struct gm_groups *g, enum ghostmem_holder_kind kind, unsigned long key,
		  u32 offset, u16 parent, bool *made);

/* Returns the id of a group that was made before, or 0. */
u16 gm_groups_find(const struct gm_groups *g, enum ghostmem_holder_kind kind, unsigned long key,
		   u32 offset, u16 parent);

/* Returns the id of the group of the variable that contains @address, or 0. */
u16 gm_groups_variable(const struct gm_groups *g, enum ghostmem_holder_kind kind,
		       unsigned long address);

enum gm_tier gm_groups_tier(const struct gm_groups *g, u16 id);

/* The group that ends the chain of @id: itself, or the parent if it has one. */
u16 gm_groups_root(const struct gm_groups *g, u16 id);

/* Adds a candidate; if there is no room, it takes the place of one that is worth less. */
void gm_candidates_add(const struct gm_groups *g, u16 *candidate, u16 id);

/* Ranks of groups, within their tiers; the first is the best. */
#define GM_RANKS		(3 * GM_TIERS)

/* Puts the best candidate first. Returns its rank, or GM_RANKS if there are no candidates. */
unsigned int gm_candidates_best(const struct gm_groups *g, u16 *candidate);

#endif /* GHOSTMEM_CENSUS_HOLDERS_GROUPS_H */
