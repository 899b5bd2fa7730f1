// SPDX-License-Identifier: GPL-2.0
/*
 * The hook set of the bulk allocator, which has no tracepoint: its return is watched.
 *
 * Handlers run with preemption off. If the entry handler returns nonzero, the return of that call
 * is not watched.
 */
#include <linux/ptrace.h>

#include "compat/bulk.h"
#include "hooks/hook_set.h"
#include "hooks/return_caller.h"
#include "hooks/selftest.h"
#include "record/bulk.h"

#if GM_HAVE_BULK
struct gm_bulk_call {
	struct gm_recorder *recorder;
	struct gm_bulk bulk;
};

static int gm_bulk_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_bulk_call *call = (struct gm_bulk_call *)ri->data;
	gfp_t gfp = (__force gfp_t)regs_get_kernel_argument(regs, GM_BULK_ARG_GFP);
	struct gm_bulk *bulk = &call->bulk;

	bulk->nr = max_t(int, 0, regs_get_kernel_argument(regs, GM_BULK_ARG_NR));
	bulk->array = (struct page **)regs_get_kernel_argument(regs, GM_BULK_ARG_ARRAY);
	bulk->list = NULL;
	if (GM_BULK_ARG_LIST >= 0)
		bulk->list = (struct list_head *)regs_get_kernel_argument(regs, GM_BULK_ARG_LIST);
	call->recorder = gm_hook_ctx(ri);
	if (!call->recorder || (!bulk->list && !bulk->array))
		return 1;
	if (!gm_bulk_begin(call->recorder, bulk, gfp))
		return 1;
	bulk->caller = gm_return_caller(regs);
	return 0;
}

static int gm_bulk_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_bulk_call *call = (struct gm_bulk_call *)ri->data;

	gm_return_caller_again(&call->bulk.caller, ri);
	gm_bulk_end(call->recorder, &call->bulk, regs_return_value(regs));
	return 0;
}
#endif

static struct gm_hook gm_hooks[] = {
	{
		.name = "alloc_bulk",
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.event = GM_EVENT_BULK,
		.consequence = "bulk allocations (vmalloc, page_pool) are not seen",
#if GM_HAVE_BULK
		.candidate = { GM_BULK_SYMBOL },
		.rp = {
			.entry_handler = gm_bulk_entry,
			.handler = gm_bulk_return,
			.data_size = sizeof(struct gm_bulk_call),
		},
#endif
	},
};

const struct gm_hook_set gm_bulk_hooks = {
	.hook = gm_hooks,
	.nr = ARRAY_SIZE(gm_hooks),
	.prove = gm_selftest_bulk,
};
