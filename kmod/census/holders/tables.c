// SPDX-License-Identifier: GPL-2.0
/*
 * A walk through page tables. See tables.h.
 */
#include <linux/mm.h>
#include <linux/sched.h>

#include "census/holders/targets.h"
#include "census/holders/tables.h"
#include "census/holders/words.h"

#define GM_TABLE_ENTRIES	512

/* Levels from the bottom, beginning with 0. An entry of level 2 can map 1 GiB. */
#define GM_LEVEL_LARGE_MAX	2

static unsigned int gm_levels(void)
{
	return pgtable_l5_enabled() ? 5 : 4;
}

static unsigned int gm_level_shift(unsigned int level)
{
	return PAGE_SHIFT + 9 * level;
}

static bool gm_is_leaf(unsigned long entry, unsigned int level)
{
	return !level || (entry & _PAGE_PSE && level <= GM_LEVEL_LARGE_MAX);
}

/* Sign-extends an address that was put together from indices. */
static unsigned long gm_canonical(unsigned long address)
{
	unsigned int unused = BITS_PER_LONG - gm_level_shift(gm_levels());

	return (unsigned long)((long)(address << unused) >> unused);
}

/* Recursion ends at level 0; there are at most 5 levels. */
static bool gm_table_walk(const struct gm_table_walk *w, unsigned long table, unsigned int level,
			  unsigned long from, unsigned long to);

static bool gm_entry_walk(const struct gm_table_walk *w, unsigned long entry, unsigned int level,
			  unsigned long address, unsigned long from, unsigned long to)
{
	unsigned long pfn = gm_entry_pfn(entry);
	unsigned long last = address + BIT(gm_level_shift(level)) - 1;

	if (gm_is_leaf(entry, level))
		return !w->leaf || w->leaf(w->priv, entry, address, BIT(9 * level));
	if (!gm_targets_leaf(w->targets, pfn))
		return true;
	if (!w->table(w->priv, pfn))
		return false;
	if (gm_levels() - level >= w->depth)
		return true;
	return gm_table_walk(w, (unsigned long)__va(PFN_PHYS(pfn)), level - 1, max(address, from),
			     min(last, to));
}

static bool gm_table_walk(const struct gm_table_walk *w, unsigned long table, unsigned int level,
			  unsigned long from, unsigned long to)
{
	unsigned int shift = gm_level_shift(level);
	unsigned long i = from >> shift & (GM_TABLE_ENTRIES - 1);
	unsigned long end = to >> shift & (GM_TABLE_ENTRIES - 1);
	unsigned long entry, before = 0;
	unsigned long address = from & ~(BIT(shift) - 1);

	for (; i <= end; i++, address += BIT(shift)) {
		if (!gm_word_read(&entry, table + i * sizeof(entry)))
			return true;
		/* KASAN's shadow of nothing is one table, entered very many times. */
		if (!(entry & _PAGE_PRESENT) || (entry == before && level))
			continue;
		before = entry;
		if (!gm_entry_walk(w, entry, level, gm_canonical(address), from, to))
			return false;
	}
	cond_resched();
	return true;
}

bool gm_tables_walk(const struct gm_table_walk *w, unsigned long from, unsigned long to)
{
	return gm_table_walk(w, w->root, gm_levels() - 1, from, to);
}
