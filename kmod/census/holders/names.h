/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of what refers. Addresses are turned into names here, and only names leave the kernel.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_NAMES_H
#define GHOSTMEM_CENSUS_HOLDERS_NAMES_H

#include <linux/types.h>

struct gm_group;
struct gm_refs;

/**
 * struct gm_name_range - a symbol
 * @start:	its first address
 * @end:	the address after it
 */
struct gm_name_range {
	unsigned long start;
	unsigned long end;
};

/*
 * Writes the name of the symbol that contains @address, followed by " [module]" if it is one of a
 * module, and sets @range if that is not NULL. Without a symbol, returns false and writes an empty
 * name. Some thousands of instructions. Sleeps.
 */
bool gm_name_symbol(struct gm_refs *r, unsigned long address, char *name, size_t size,
		    struct gm_name_range *range);

/*
 * Writes the name of the function that called the kernel's allocator and would have returned to
 * @caller. That code may have been freed since, and other code may be there by now: the name is
 * written only if there is a call that fits.
 */
bool gm_name_caller(struct gm_refs *r, unsigned long caller, char *name, size_t size);

/*
 * Adds the names of code and data that the container at [@start, @end) points to, if the group has
 * seen few containers yet.
 */
void gm_name_content(struct gm_refs *r, struct gm_group *group, unsigned long start,
		     unsigned long end);

#endif /* GHOSTMEM_CENSUS_HOLDERS_NAMES_H */
