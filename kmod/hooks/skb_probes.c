// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints that report an sk_buff, and functions whose return does. See skb_points.h.
 */
#include <linux/kernel.h>

#include "compat/skb.h"
#include "compat/trampoline.h"
#include "compat/unwind.h"
#include "hooks/hook.h"
#include "hooks/return_caller.h"
#include "hooks/skb_probes.h"

/* Both sk_buffs of an fclone pair always pass kfree_skbmem(), which reports their deaths. */
static bool gm_is_single(const struct sk_buff *skb)
{
	return skb->fclone == SKB_FCLONE_UNAVAILABLE;
}

static void gm_tell_death(const struct gm_skb_point *point, const struct sk_buff *skb, bool last)
{
	gm_skbs_died(point->skbs, skb, last, point->event);
}

static void gm_probe_drop(GM_DROP_PROTO)
{
	if (gm_is_single(skb))
		gm_tell_death(data, skb, false);
}

static void gm_probe_consume(GM_CONSUME_PROTO)
{
	if (gm_is_single(skb))
		gm_tell_death(data, skb, false);
}

/*
 * While the function graph tracer traces the allocator, a tracepoint's call site is the tracer's
 * trampoline. The unwinder finds the true one. The frames that it returns are: the probe; the
 * function that has the tracepoint, below another one if several probes are attached to it; the
 * call site.
 */
static noinline bool gm_unwound_within(const struct gm_skb_point *point)
{
	struct gm_caller probe = GM_CALLER();
	unsigned long frame[4];
	unsigned int i, depth;

	depth = gm_unwind_at(probe.ip, probe.sp, GM_TRACE_OURS, frame, ARRAY_SIZE(frame));
	for (i = 2; i < depth; i++) {
		if (gm_called_within(point, frame[i]))
			return true;
	}
	return false;
}

static __always_inline bool gm_probe_within(const struct gm_skb_point *point,
					    unsigned long call_site)
{
	if (unlikely(gm_is_trampoline(call_site)))
		return gm_unwound_within(point);
	return gm_called_within(point, call_site);
}

static void gm_probe_undo(GM_CACHE_FREE_PROTO)
{
	const struct gm_skb_point *point = data;

	if (unlikely(gm_probe_within(point, call_site)))
		gm_tell_death(point, object, true);
}

#if GM_HAVE_ALLOC_NODE
static void gm_probe_node(void *data, unsigned long call_site, const void *object,
			  size_t requested, size_t allocated, gfp_t gfp, int node)
{
	const struct gm_skb_point *point = data;

	if (object && gm_probe_within(point, call_site))
		gm_skbs_born(point->skbs, object, GM_CALLER(), GM_SKB_NEW, point->event);
}
#endif

/* Never called: it fails to compile if a tracepoint's prototype has changed. */
static void __maybe_unused gm_check_prototypes(void)
{
	check_trace_callback_type_kfree_skb(gm_probe_drop);
	check_trace_callback_type_consume_skb(gm_probe_consume);
	check_trace_callback_type_kmem_cache_free(gm_probe_undo);
#if GM_HAVE_ALLOC_NODE
	check_trace_callback_type_kmem_cache_alloc_node(gm_probe_node);
#endif
}

static void *gm_probe_of(const struct gm_skb_point *point)
{
	switch (point->event) {
	case GM_EVENT_SKB_DROP:
		return gm_probe_drop;
	case GM_EVENT_SKB_CONSUME:
		return gm_probe_consume;
	case GM_EVENT_SKB_UNDO:
		return gm_probe_undo;
#if GM_HAVE_ALLOC_NODE
	case GM_EVENT_SKB_NODE:
		return gm_probe_node;
#endif
	default:
		return NULL;
	}
}

int gm_skb_tracepoint_attach(struct gm_skb_point *point)
{
	point->tp = point->symbol[0] ? gm_tracepoint_find(point->symbol[0]) : NULL;
	if (!point->tp)
		return -ENOENT;
	WRITE_ONCE(point->target, point->tp->name);
	return tracepoint_probe_register(point->tp, gm_probe_of(point), point);
}

void gm_skb_tracepoint_detach(struct gm_skb_point *point)
{
	tracepoint_probe_unregister(point->tp, gm_probe_of(point), point);
}

static int gm_return_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct gm_caller *caller = (struct gm_caller *)ri->data;

	*caller = gm_return_caller(regs);
	return 0;
}

/* The sk_buff may have been seen already, by another point on its path. */
static int gm_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct sk_buff *skb = (const struct sk_buff *)regs_return_value(regs);
	struct gm_caller *caller = (struct gm_caller *)ri->data;
	struct kretprobe *rp = gm_kretprobe(ri);
	const struct gm_skb_point *point;

	/* The kretprobe may be about to be removed. */
	if (!skb || !rp)
		return 0;
	point = container_of(rp, struct gm_skb_point, rp);
	gm_return_caller_again(caller, ri);
	gm_skbs_born(point->skbs, skb, *caller, GM_SKB_MAYBE, point->event);
	return 0;
}

int gm_skb_return_attach(struct gm_skb_point *point)
{
	point->rp.entry_handler = gm_return_entry;
	point->rp.handler = gm_return;
	point->rp.data_size = sizeof(struct gm_caller);
	/* Each task that sleeps for memory in the function holds an instance. */
	return gm_kretprobe_attach(&point->rp, point->symbol, GM_SKB_SYMBOLS,
				   max(256U, 32 * num_possible_cpus()), &point->target);
}

void gm_skb_return_detach(struct gm_skb_point *point)
{
	gm_kretprobe_detach(&point->rp);
}
