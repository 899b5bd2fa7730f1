/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A walk through page tables. They may change, and tables may be freed, during the walk: whatever
 * is read of them is checked, and may be out of date.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_TABLES_H
#define GHOSTMEM_CENSUS_HOLDERS_TABLES_H

#include <linux/pgtable.h>
#include <linux/types.h>

struct gm_targets;

/**
 * struct gm_table_walk - a walk
 * @root:	address of the top-level table, which stays
 * @targets:	tables are looked at only where memory was online
 * @depth:	levels of tables that are looked at; more than there are means all
 * @table:	called with the page frame of each table but the top one. Returns false to end the
 *		walk. May sleep
 * @leaf:	called with the entry, the address and the number of pages that are mapped;
 *		likewise. Optional
 * @priv:	first argument of both
 */
struct gm_table_walk {
	unsigned long root;
	const struct gm_targets *targets;
	unsigned int depth;
	bool (*table)(void *priv, unsigned long pfn);
	bool (*leaf)(void *priv, unsigned long entry, unsigned long address, unsigned long nr);
	void *priv;
};

/* Walks from @from to @to, inclusive. Returns false if it was ended. Sleeps. */
bool gm_tables_walk(const struct gm_table_walk *w, unsigned long from, unsigned long to);

static inline unsigned long gm_entry_pfn(unsigned long entry)
{
	return (entry & PTE_PFN_MASK) >> PAGE_SHIFT;
}

#endif /* GHOSTMEM_CENSUS_HOLDERS_TABLES_H */
