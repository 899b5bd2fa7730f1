// SPDX-License-Identifier: GPL-2.0
/*
 * Doors watched at their return. See returns.h.
 *
 * Handlers run with preemption off. An entry handler that returns nonzero has the return of
 * that call not watched.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/ptrace.h>

#include "compat/contig.h"
#include "compat/migrate.h"
#include "hooks/return_caller.h"
#include "hooks/returns.h"
#include "record/bulk.h"
#include "record/contig.h"
#include "record/move.h"

static struct gm_recorder *gm_recorder;

void gm_returns_record_to(struct gm_recorder *r)
{
	gm_recorder = r;
}

#if GM_HAVE_BULK
static int gm_bulk_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_bulk *bulk = (struct gm_bulk *)ri->data;
	gfp_t gfp = (__force gfp_t)regs_get_kernel_argument(regs, GM_BULK_ARG_GFP);

	bulk->nr = max_t(int, 0, regs_get_kernel_argument(regs, GM_BULK_ARG_NR));
	bulk->array = (struct page **)regs_get_kernel_argument(regs, GM_BULK_ARG_ARRAY);
	bulk->list = NULL;
	if (GM_BULK_ARG_LIST >= 0)
		bulk->list = (struct list_head *)regs_get_kernel_argument(regs, GM_BULK_ARG_LIST);
	if (!bulk->list && !bulk->array)
		return 1;
	if (!gm_bulk_begin(gm_recorder, bulk, gfp))
		return 1;
	bulk->caller = gm_return_caller(regs);
	return 0;
}

static int gm_bulk_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_bulk *bulk = (struct gm_bulk *)ri->data;

	gm_return_caller_again(&bulk->caller, ri);
	gm_bulk_end(gm_recorder, bulk, regs_return_value(regs));
	return 0;
}

struct kretprobe gm_bulk_kretprobe = {
	.entry_handler = gm_bulk_entry,
	.handler = gm_bulk_return,
	.data_size = sizeof(struct gm_bulk),
};
#endif

struct gm_contig {
	unsigned long start;
	unsigned long end;
	gfp_t gfp;
	struct gm_caller caller;
};

static int gm_contig_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_contig *contig = (struct gm_contig *)ri->data;

	contig->start = regs_get_kernel_argument(regs, GM_CONTIG_ARG_START);
	contig->end = regs_get_kernel_argument(regs, GM_CONTIG_ARG_END);
	contig->gfp = (__force gfp_t)regs_get_kernel_argument(regs, GM_CONTIG_ARG_GFP);
	contig->caller = gm_return_caller(regs);
	/* Whatever a caller asks for, we must not walk for ever with preemption off. */
	return contig->end <= contig->start ||
	       contig->end - contig->start > totalram_pages();
}

static int gm_contig_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_contig *contig = (struct gm_contig *)ri->data;

	/* Most ranges that are tried have a page that cannot be moved. */
	if ((int)regs_return_value(regs))
		return 0;
	gm_return_caller_again(&contig->caller, ri);
	gm_contig_record(gm_recorder, contig->start, contig->end - contig->start, contig->gfp,
			 contig->caller);
	return 0;
}

struct kretprobe gm_contig_kretprobe = {
	.entry_handler = gm_contig_entry,
	.handler = gm_contig_return,
	.data_size = sizeof(struct gm_contig),
};

struct gm_move {
	unsigned long old;
	unsigned long new;
	unsigned long nr;
};

/*
 * Whether @page points to the struct page of a frame, @pfn, that the map knows. Struct pages are
 * one array on x86-64, so that nothing is followed to find out: no header declares the function
 * that moves pages, and were its arguments others than they are thought to be, none of them may be
 * taken for a page.
 */
static bool gm_is_page(const struct page *page, unsigned long *pfn)
{
	unsigned long number = page_to_pfn(page);

	/* Or the compiler concludes that going there and back ends at the same address. */
	OPTIMIZER_HIDE_VAR(number);
	*pfn = number;
	return pfn_to_page(number) == page && gm_page_map_leaf(&gm_recorder->map, number);
}

/*
 * Of what is moved most is users', without a record: then the return is not watched. Nor is it if
 * the two pages changed places, because where a page goes to is new and has no record.
 */
static int gm_move_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_move *move = (struct gm_move *)ri->data;
	struct page *old = (struct page *)regs_get_kernel_argument(regs, GM_MOVE_ARG_OLD);
	struct page *new = (struct page *)regs_get_kernel_argument(regs, GM_MOVE_ARG_NEW);

	if (!gm_is_page(old, &move->old) || !gm_is_page(new, &move->new))
		return 1;
	/* While it is off records may be dropped: nothing is to be written then. */
	if (!gm_fuse_is_on(&gm_recorder->fuse))
		return 1;
	gm_recorder_settle(gm_recorder, move->old, 1UL << compound_order(old));
	if (!gm_page_map_get(&gm_recorder->map, move->old))
		return 1;
	move->nr = 1UL << compound_order(old);
	return 0;
}

static int gm_move_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_move *move = (struct gm_move *)ri->data;

	/* Both are still held by who moves them. */
	if (!(int)regs_return_value(regs))
		gm_move_record(gm_recorder, move->old, move->new, move->nr);
	return 0;
}

struct kretprobe gm_move_kretprobe = {
	.entry_handler = gm_move_entry,
	.handler = gm_move_return,
	.data_size = sizeof(struct gm_move),
};

struct kretprobe gm_move_zs_kretprobe = {
	.entry_handler = gm_move_entry,
	.handler = gm_move_return,
	.data_size = sizeof(struct gm_move),
};
