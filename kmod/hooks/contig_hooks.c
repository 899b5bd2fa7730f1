// SPDX-License-Identifier: GPL-2.0
/*
 * The hook set of the allocator of contiguous ranges, which has no tracepoint: its return is
 * watched. Handlers run with preemption off.
 */
#include <linux/mm.h>
#include <linux/ptrace.h>

#include "compat/contig.h"
#include "hooks/hook_set.h"
#include "hooks/return_caller.h"
#include "record/contig.h"

struct gm_contig_call {
	struct gm_recorder *recorder;
	unsigned long start;
	unsigned long end;
	gfp_t gfp;
	struct gm_caller caller;
};

static int gm_contig_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_contig_call *call = (struct gm_contig_call *)ri->data;

	call->recorder = gm_hook_ctx(ri);
	call->start = regs_get_kernel_argument(regs, GM_CONTIG_ARG_START);
	call->end = regs_get_kernel_argument(regs, GM_CONTIG_ARG_END);
	call->gfp = (__force gfp_t)regs_get_kernel_argument(regs, GM_CONTIG_ARG_GFP);
	call->caller = gm_return_caller(regs);
	/* A walk with preemption off must be bounded, whatever the caller asks for. */
	return !call->recorder || call->end <= call->start ||
	       call->end - call->start > totalram_pages();
}

static int gm_contig_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_contig_call *call = (struct gm_contig_call *)ri->data;

	/* It often fails: most ranges that are tried have a page that cannot be moved. */
	if ((int)regs_return_value(regs))
		return 0;
	gm_return_caller_again(&call->caller, ri);
	gm_contig_record(call->recorder, call->start, call->end - call->start, call->gfp,
			 call->caller);
	return 0;
}

static struct gm_hook gm_hooks[] = {
	{
		.name = "alloc_contig",
		.kind = GHOSTMEM_HOOK_KRETPROBE,
		.consequence = "contiguous ranges (CMA, huge pages of 1 GiB) are not seen",
#if GM_HAVE_CONTIG
		.candidate = { GM_CONTIG_SYMBOL },
#endif
		.event = GM_EVENT_CONTIG,
		.rp = {
			.entry_handler = gm_contig_entry,
			.handler = gm_contig_return,
			.data_size = sizeof(struct gm_contig_call),
		},
	},
};

const struct gm_hook_set gm_contig_hooks = {
	.hook = gm_hooks,
	.nr = ARRAY_SIZE(gm_hooks),
};
