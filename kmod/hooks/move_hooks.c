// SPDX-License-Identifier: GPL-2.0
/*
 * The hook set of pages that are moved. There is no tracepoint for that, so the returns of the
 * functions that move pages are watched. Handlers run with preemption off.
 */
#include <linux/compiler.h>
#include <linux/mm.h>
#include <linux/ptrace.h>

#include "compat/migrate.h"
#include "hooks/hook_set.h"
#include "record/move.h"

struct gm_move_call {
	struct gm_recorder *recorder;
	unsigned long old;
	unsigned long new;
	unsigned long nr;
};

/*
 * Whether @page points to the struct page of a frame that the map knows; its number goes to *@pfn.
 * Struct pages are one array on x86-64, so this dereferences nothing: no header declares the
 * function that moves pages, and if its arguments were other than expected, none of them must be
 * taken for a page.
 */
static bool gm_is_page(const struct gm_recorder *r, const struct page *page, unsigned long *pfn)
{
	unsigned long number = page_to_pfn(page);

	/* Or the compiler concludes that converting there and back yields the same address. */
	OPTIMIZER_HIDE_VAR(number);
	*pfn = number;
	return pfn_to_page(number) == page && gm_page_map_leaf(&r->map, number);
}

/*
 * Most pages that are moved are those of users and have no record: then the return is not watched.
 * Nor would it be if the two arguments changed places, because the page that the contents go to is
 * new and has no record.
 */
static int gm_move_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_move_call *call = (struct gm_move_call *)ri->data;
	struct page *old = (struct page *)regs_get_kernel_argument(regs, GM_MOVE_ARG_OLD);
	struct page *new = (struct page *)regs_get_kernel_argument(regs, GM_MOVE_ARG_NEW);
	struct gm_recorder *r = gm_hook_ctx(ri);

	if (!r || !gm_is_page(r, old, &call->old) || !gm_is_page(r, new, &call->new))
		return 1;
	/* While the fuse is off, records may be dropped: nothing must be written then. */
	if (!gm_fuse_is_on(&r->fuse))
		return 1;
	gm_recorder_settle(r, call->old, 1UL << compound_order(old));
	if (!gm_page_map_get(&r->map, call->old))
		return 1;
	call->recorder = r;
	call->nr = 1UL << compound_order(old);
	return 0;
}

static int gm_move_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_move_call *call = (struct gm_move_call *)ri->data;

	/* The caller still holds both pages. */
	if (!(int)regs_return_value(regs))
		gm_move_record(call->recorder, call->old, call->new, call->nr);
	return 0;
}

#define GM_MOVE_KRETPROBE {				\
	.entry_handler = gm_move_entry,			\
	.handler = gm_move_return,			\
	.data_size = sizeof(struct gm_move_call),	\
}

static struct gm_hook gm_hooks[] = {
	{
		.name = "move",
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.consequence = "kernel pages that compaction moves count as freed",
		.candidate = { GM_MOVE_SYMBOLS },
		.event = GM_EVENT_MOVE,
		.rp = GM_MOVE_KRETPROBE,
	},
	{
		.name = "move_zs",
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.consequence = "zram's pages that compaction moves count as freed",
#if GM_HAVE_MOVE_ZS
		.candidate = { GM_MOVE_ZS_SYMBOLS },
#endif
		.event = GM_EVENT_MOVE,
		.rp = GM_MOVE_KRETPROBE,
	},
};

const struct gm_hook_set gm_move_hooks = {
	.hook = gm_hooks,
	.nr = ARRAY_SIZE(gm_hooks),
};
