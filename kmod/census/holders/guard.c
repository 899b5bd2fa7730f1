// SPDX-License-Identifier: GPL-2.0
/*
 * The guard. See guard.h.
 *
 * Locks: guard->step is taken first, and is the only lock of the search. While it is held, pages of
 * at most one subsection are looked at, which takes some milliseconds; memory that goes offline
 * waits for that long in the notifier.
 */
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/nodemask.h>

#include "census/holders/guard.h"

static int gm_guard_hotplug(struct notifier_block *nb, unsigned long action, void *data)
{
	struct gm_guard *guard = container_of(nb, struct gm_guard, nb);

	if (action == MEM_OFFLINE) {
		mutex_lock(&guard->step);
		mutex_unlock(&guard->step);
	}
	return NOTIFY_OK;
}

int gm_guard_init(struct gm_guard *guard)
{
	mutex_init(&guard->step);
	guard->nb.notifier_call = gm_guard_hotplug;
	return register_memory_notifier(&guard->nb);
}

void gm_guard_destroy(struct gm_guard *guard)
{
	unregister_memory_notifier(&guard->nb);
}

struct page *gm_guard_enter(struct gm_guard *guard, unsigned long pfn)
{
	struct page *page;

	mutex_lock(&guard->step);
	page = pfn_to_online_page(pfn);
	if (!page)
		mutex_unlock(&guard->step);
	return page;
}

void gm_guard_leave(struct gm_guard *guard)
{
	mutex_unlock(&guard->step);
}

void gm_guard_span(unsigned long *first, unsigned long *end)
{
	int nid;

	*first = ULONG_MAX;
	*end = 0;
	for_each_online_node(nid) {
		*first = min(*first, ALIGN_DOWN(node_start_pfn(nid), PAGES_PER_SECTION));
		*end = max(*end, node_end_pfn(nid));
	}
}

/* Looks at the runs that begin in a subsection. *@pfn is then the frame after the last run. */
static bool gm_guard_subsection(unsigned long *pfn, struct page *page, unsigned long end,
				bool (*fn)(void *priv, unsigned long pfn, struct page *page,
					   const struct gm_page_run *run),
				void *priv)
{
	struct gm_page_run run;
	u64 unsettled = 0;

	while (*pfn < end) {
		run = gm_page_run_at(*pfn, page, end - *pfn, &unsettled);
		if (!fn(priv, *pfn, page, &run))
			return false;
		*pfn += run.nr;
		page += run.nr;
	}
	return true;
}

bool gm_guard_walk(struct gm_guard *guard, bool (*step)(void *priv, unsigned long pfn),
		   bool (*fn)(void *priv, unsigned long pfn, struct page *page,
			      const struct gm_page_run *run),
		   void *priv)
{
	unsigned long pfn, last, end;
	struct page *page;
	bool go_on = true;

	gm_guard_span(&pfn, &last);
	while (go_on && pfn < last) {
		end = ALIGN_DOWN(pfn, PAGES_PER_SUBSECTION) + PAGES_PER_SUBSECTION;
		page = gm_guard_enter(guard, pfn);
		if (page) {
			go_on = gm_guard_subsection(&pfn, page, end, fn, priv);
			gm_guard_leave(guard);
		} else {
			pfn = end;
		}
		go_on = go_on && step(priv, pfn);
	}
	return go_on;
}
