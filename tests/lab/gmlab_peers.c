// SPDX-License-Identifier: GPL-2.0
/*
 * Peers to measure against: what probes on the page allocator's tracepoints cost that only count,
 * and with unwind=1, such that also take a stack of 16 frames and hash it, as tools do that go by
 * the kernel's own unwinder. Detached when the module goes.
 */
#include <linux/jhash.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/kmem.h>

static bool unwind;
module_param(unwind, bool, 0444);
MODULE_PARM_DESC(unwind, "also take each allocation's stack (default: no)");

struct gmlab_counts {
	u64 allocs;
	u64 frees;
	u32 hash;
};

static DEFINE_PER_CPU(struct gmlab_counts, gmlab_counts);
static struct tracepoint *gmlab_alloc, *gmlab_free;

static void gmlab_count_alloc(void *data, struct page *page, unsigned int order, gfp_t gfp,
			      int migratetype)
{
	this_cpu_inc(gmlab_counts.allocs);
}

static void gmlab_unwind_alloc(void *data, struct page *page, unsigned int order, gfp_t gfp,
			       int migratetype)
{
	unsigned long frame[16];
	unsigned int depth = stack_trace_save(frame, ARRAY_SIZE(frame), 1);

	this_cpu_inc(gmlab_counts.allocs);
	this_cpu_add(gmlab_counts.hash, jhash(frame, depth * sizeof(*frame), 0));
}

static void gmlab_count_free(void *data, struct page *page, unsigned int order)
{
	this_cpu_inc(gmlab_counts.frees);
}

static void gmlab_find(struct tracepoint *tp, void *priv)
{
	if (!strcmp(tp->name, "mm_page_alloc"))
		gmlab_alloc = tp;
	else if (!strcmp(tp->name, "mm_page_free"))
		gmlab_free = tp;
}

static void *gmlab_probe(void)
{
	return unwind ? (void *)gmlab_unwind_alloc : (void *)gmlab_count_alloc;
}

static int __init gmlab_init(void)
{
	int err;

	check_trace_callback_type_mm_page_alloc(gmlab_count_alloc);
	check_trace_callback_type_mm_page_alloc(gmlab_unwind_alloc);
	check_trace_callback_type_mm_page_free(gmlab_count_free);
	for_each_kernel_tracepoint(gmlab_find, NULL);
	if (!gmlab_alloc || !gmlab_free)
		return -ENOENT;
	err = tracepoint_probe_register(gmlab_alloc, gmlab_probe(), NULL);
	if (err)
		return err;
	err = tracepoint_probe_register(gmlab_free, gmlab_count_free, NULL);
	if (err)
		tracepoint_probe_unregister(gmlab_alloc, gmlab_probe(), NULL);
	tracepoint_synchronize_unregister();
	return err;
}

static void __exit gmlab_exit(void)
{
	tracepoint_probe_unregister(gmlab_free, gmlab_count_free, NULL);
	tracepoint_probe_unregister(gmlab_alloc, gmlab_probe(), NULL);
	tracepoint_synchronize_unregister();
}

module_init(gmlab_init);
module_exit(gmlab_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: probes to compare costs with");
