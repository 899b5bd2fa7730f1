// SPDX-License-Identifier: GPL-2.0
/*
 * The hook set of single pages and blocks: two tracepoints, through which nearly all pages come
 * and go.
 */
#include <linux/mm.h>
#include <trace/events/kmem.h>

#include "hooks/hook_set.h"
#include "hooks/selftest.h"
#include "record/page.h"
#include "record/sampled.h"

static void gm_probe_alloc(void *data, struct page *page, unsigned int order, gfp_t gfp,
			   int migratetype)
{
	if (page)
		gm_page_alloc(data, page_to_pfn(page), order, gfp, GM_CALLER());
}

static void gm_probe_free(void *data, struct page *page, unsigned int order)
{
	gm_page_free(data, page_to_pfn(page), order);
}

static void gm_probe_alloc_sampled(void *data, struct page *page, unsigned int order, gfp_t gfp,
				   int migratetype)
{
	gm_sampled_alloc(data, page, order, gfp);
}

static void gm_probe_free_sampled(void *data, struct page *page, unsigned int order)
{
	gm_sampled_free(data, page_to_pfn(page), order);
}

/* Never called: it fails to compile if the prototype of a tracepoint has changed. */
static void __maybe_unused gm_check_prototypes(void)
{
	check_trace_callback_type_mm_page_alloc(gm_probe_alloc);
	check_trace_callback_type_mm_page_alloc(gm_probe_alloc_sampled);
	check_trace_callback_type_mm_page_free(gm_probe_free);
	check_trace_callback_type_mm_page_free(gm_probe_free_sampled);
}

static struct gm_hook gm_hooks[] = {
	{
		.name = "page_alloc",
		.kind = GHOSTMEM_HOOK_TRACEPOINT,
		.needed = true,
		.consequence = "no allocation is seen",
		.candidate = { "mm_page_alloc" },
		.event = GM_EVENT_ALLOC,
		.probe = gm_probe_alloc,
		.sampled = gm_probe_alloc_sampled,
	},
	{
		.name = "page_free",
		.kind = GHOSTMEM_HOOK_TRACEPOINT,
		.needed = true,
		.consequence = "no free is seen",
		.candidate = { "mm_page_free" },
		.event = GM_EVENT_FREE,
		.probe = gm_probe_free,
		.sampled = gm_probe_free_sampled,
	},
};

const struct gm_hook_set gm_page_hooks = {
	.hook = gm_hooks,
	.nr = ARRAY_SIZE(gm_hooks),
	.prove = gm_selftest_pages,
};
