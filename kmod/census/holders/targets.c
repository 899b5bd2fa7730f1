// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of page frames. See targets.h.
 */
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "census/holders/targets.h"
#include "tables/table_alloc.h"

size_t gm_targets_bytes(unsigned long sections, unsigned long room)
{
	return sections * sizeof(struct gm_targets_leaf *) + room * sizeof(struct gm_targets_leaf);
}

int gm_targets_init(struct gm_targets *f, unsigned long pfn, unsigned long sections,
		    unsigned long room)
{
	f->section = pfn >> PFN_SECTION_SHIFT;
	f->sections = sections;
	f->room = room;
	f->used = 0;
	/* With vmalloc(), so that the walk through its range finds these pages; see ghosts.c. */
	f->leaf = gm_arm_vzalloc(array_size(sections, sizeof(*f->leaf)));
	f->leaves = f->leaf ? __vmalloc(array_size(room, sizeof(*f->leaves)), GM_GFP_ARM) : NULL;
	if (!f->leaves) {
		gm_targets_destroy(f);
		return -ENOMEM;
	}
	gm_arm_zero(f->leaves, room * sizeof(*f->leaves));
	return 0;
}

void gm_targets_destroy(struct gm_targets *f)
{
	vfree(f->leaves);
	vfree(f->leaf);
	f->leaves = NULL;
	f->leaf = NULL;
	f->sections = 0;
}

bool gm_targets_cover(struct gm_targets *f, unsigned long pfn)
{
	unsigned long section = (pfn >> PFN_SECTION_SHIFT) - f->section;

	if (section >= f->sections)
		return false;
	if (f->leaf[section])
		return true;
	if (f->used == f->room)
		return false;
	f->leaf[section] = &f->leaves[f->used++];
	return true;
}

u32 gm_targets_number(struct gm_targets *f)
{
	unsigned long section, i;
	u32 number = 0;

	for (section = 0; section < f->sections; section++) {
		struct gm_targets_leaf *leaf = f->leaf[section];

		if (!leaf)
			continue;
		for (i = 0; i < GM_TARGETS_WORDS; i++) {
			if (i % GM_TARGETS_RANK_WORDS == 0)
				leaf->before[i / GM_TARGETS_RANK_WORDS] = number;
			number += hweight_long(leaf->first[i]);
		}
		cond_resched();
	}
	return number;
}
