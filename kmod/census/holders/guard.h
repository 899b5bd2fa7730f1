/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keeps struct pages in place while they are looked at, in small steps, although memory may go
 * offline between two steps. The same way as the census of page frames does, see page_frames.c.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_GUARD_H
#define GHOSTMEM_CENSUS_HOLDERS_GUARD_H

#include <linux/memory_hotplug.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/notifier.h>

#include "census/page_class.h"

/**
 * struct gm_guard - the guard
 * @step:	held while struct pages are looked at; the memory notifier takes it to wait for that
 * @nb:		the memory notifier, called when memory has gone offline
 */
struct gm_guard {
	struct mutex step; /* held while struct pages are looked at */
	struct notifier_block nb;
};

int gm_guard_init(struct gm_guard *guard);
void gm_guard_destroy(struct gm_guard *guard);

/* Between these, the struct page of @pfn exists. Returns NULL, not entered, if it is offline. */
struct page *gm_guard_enter(struct gm_guard *guard, unsigned long pfn);
void gm_guard_leave(struct gm_guard *guard);

/* First page frame, and the one after the last, that may be online; the first begins a section. */
void gm_guard_span(unsigned long *first, unsigned long *end);

/*
 * Calls @fn for each run of like frames that is online, in ascending order. @fn is called with the
 * guard entered and may sleep for a moment. @step is called about every 2 MiB, not entered. If
 * either returns false, so does this. Sleeps.
 */
bool gm_guard_walk(struct gm_guard *guard, bool (*step)(void *priv, unsigned long pfn),
		   bool (*fn)(void *priv, unsigned long pfn, struct page *page,
			      const struct gm_page_run *run),
		   void *priv);

#endif /* GHOSTMEM_CENSUS_HOLDERS_GUARD_H */
