/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The class of a page frame, judged by its struct page.
 *
 * Frames are looked at while they are in use, without references: what was read of one may be some
 * nanoseconds out of date when the next is read. The content of pages is never accessed. The caller
 * makes sure that the struct pages exist: the frame is online, and does not go offline meanwhile.
 */
#ifndef GHOSTMEM_CENSUS_PAGE_CLASS_H
#define GHOSTMEM_CENSUS_PAGE_CLASS_H

#include <linux/ghostmem.h>
#include <linux/types.h>

struct page;

/**
 * struct gm_page_run - adjacent page frames of one class
 * @class:	the class
 * @order:	of the block that they are part of
 * @nr:		number of frames, at least 1
 * @let_go:	they belonged to processes or files, but no longer do
 */
struct gm_page_run {
	enum ghostmem_page_class class;
	unsigned int order;
	unsigned long nr;
	bool let_go;
};

/*
 * Returns the run at @pfn, whose struct page is @page. A run of order-0 user pages has at most @max
 * frames. Adds to @unsettled the blocks that changed while they were looked at; such a block is
 * walked page by page.
 */
struct gm_page_run gm_page_run_at(unsigned long pfn, struct page *page, unsigned long max,
				  u64 *unsettled);

#endif /* GHOSTMEM_CENSUS_PAGE_CLASS_H */
