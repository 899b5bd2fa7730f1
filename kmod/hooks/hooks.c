// SPDX-License-Identifier: GPL-2.0
/*
 * The hook table. See hooks.h.
 *
 * Attaching and detaching is serialised by the caller; probes only read what stands
 * before they are attached and until they have been waited for. Status may read beside
 * both: a hook's target and state are single words.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <trace/events/kmem.h>

#include "compat/contig.h"
#include "compat/migrate.h"
#include "hooks/hooks.h"
#include "hooks/returns.h"
#include "hooks/selftest.h"
#include "record/page.h"
#include "record/sampled.h"

#define GM_CANDIDATES	4

/**
 * struct gm_hook - one line of the table
 * @info:	what status tells
 * @candidate:	symbols to attach to, in order of preference
 * @event:	which counter the events are in
 * @probe:	of a tracepoint
 * @sampled:	instead, where a few events are recorded
 * @rp:		of a kretprobe
 * @tp:		the tracepoint, once found
 */
struct gm_hook {
	struct gm_hook_info info;
	const char *candidate[GM_CANDIDATES];
	enum gm_event event;
	void *probe;
	void *sampled;
	struct kretprobe *rp;
	struct tracepoint *tp;
};

enum {
	GM_HOOK_ALLOC, GM_HOOK_FREE, GM_HOOK_BULK, GM_HOOK_CONTIG, GM_HOOK_MOVE, GM_HOOK_MOVE_ZS,
};

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

/* Nobody calls this: it fails to compile where a tracepoint's prototype has changed. */
static void __maybe_unused gm_check_prototypes(void)
{
	check_trace_callback_type_mm_page_alloc(gm_probe_alloc);
	check_trace_callback_type_mm_page_alloc(gm_probe_alloc_sampled);
	check_trace_callback_type_mm_page_free(gm_probe_free);
	check_trace_callback_type_mm_page_free(gm_probe_free_sampled);
}

static struct gm_hook gm_hooks[] = {
	[GM_HOOK_ALLOC] = {
		.info = {
			.name = "page_alloc",
			.kind = GHOSTMEM_HOOK_TRACEPOINT,
			.needed = true,
			.consequence = "no allocation is seen",
		},
		.candidate = { "mm_page_alloc" },
		.event = GM_EVENT_ALLOC,
		.probe = gm_probe_alloc,
		.sampled = gm_probe_alloc_sampled,
	},
	[GM_HOOK_FREE] = {
		.info = {
			.name = "page_free",
			.kind = GHOSTMEM_HOOK_TRACEPOINT,
			.needed = true,
			.consequence = "no free is seen",
		},
		.candidate = { "mm_page_free" },
		.event = GM_EVENT_FREE,
		.probe = gm_probe_free,
		.sampled = gm_probe_free_sampled,
	},
	[GM_HOOK_BULK] = {
		.info = {
			.name = "alloc_bulk",
			.kind = GHOSTMEM_HOOK_KRETPROBE,
#if GM_HAVE_BULK
			.consequence = "bulk allocations (vmalloc, page_pool) are not seen",
		},
		.candidate = { GM_BULK_SYMBOL },
		.rp = &gm_bulk_kretprobe,
#else
			.consequence = "nothing is missed: this kernel has no bulk allocator",
		},
#endif
		.event = GM_EVENT_BULK,
	},
	[GM_HOOK_CONTIG] = {
		.info = {
			.name = "alloc_contig",
			.kind = GHOSTMEM_HOOK_KRETPROBE,
			.consequence = "contiguous ranges (CMA, huge pages of 1 GiB) are not seen",
		},
#if GM_HAVE_CONTIG
		.candidate = { GM_CONTIG_SYMBOL },
#endif
		.rp = &gm_contig_kretprobe,
		.event = GM_EVENT_CONTIG,
	},
	[GM_HOOK_MOVE] = {
		.info = {
			.name = "move",
			.kind = GHOSTMEM_HOOK_KRETPROBE,
			.consequence = "kernel pages that compaction moves count as freed",
		},
		.candidate = { GM_MOVE_SYMBOLS },
		.rp = &gm_move_kretprobe,
		.event = GM_EVENT_MOVE,
	},
#if GM_HAVE_MOVE_ZS
	[GM_HOOK_MOVE_ZS] = {
		.info = {
			.name = "move_zs",
			.kind = GHOSTMEM_HOOK_KRETPROBE,
			.consequence = "zram's pages that compaction moves count as freed",
		},
		.candidate = { GM_MOVE_ZS_SYMBOLS },
		.rp = &gm_move_zs_kretprobe,
		.event = GM_EVENT_MOVE,
	},
#endif
};

static void gm_match_tracepoint(struct tracepoint *tp, void *priv)
{
	struct gm_hook *hook = priv;
	int i;

	for (i = 0; i < GM_CANDIDATES && hook->candidate[i]; i++) {
		if (!strcmp(tp->name, hook->candidate[i]))
			hook->tp = tp;
	}
}

static void *gm_probe_of(const struct gm_hook *hook, const struct gm_recorder *r)
{
	return r->sampled ? hook->sampled : hook->probe;
}

static int gm_attach_tracepoint(struct gm_hook *hook, struct gm_recorder *r)
{
	hook->tp = NULL;
	for_each_kernel_tracepoint(gm_match_tracepoint, hook);
	if (!hook->tp)
		return -ENOENT;
	WRITE_ONCE(hook->info.target, hook->tp->name);
	return tracepoint_probe_register(hook->tp, gm_probe_of(hook, r), r);
}

/* A task may sleep for memory in these allocators, each with an instance of its own. */
static int gm_maxactive(void)
{
	return max(64U, 16 * num_possible_cpus());
}

static int gm_attach_kretprobe(struct gm_hook *hook)
{
	int i, tried, err = -ENOENT;

	for (i = 0; i < GM_CANDIDATES && hook->candidate[i]; i++) {
		struct kretprobe *rp = hook->rp;

		/* Registering again wants what the last time has left undone. */
		memset(&rp->kp, 0, sizeof(rp->kp));
		rp->kp.symbol_name = hook->candidate[i];
		rp->maxactive = gm_maxactive();
		rp->nmissed = 0;
		tried = register_kretprobe(rp);
		if (!tried) {
			WRITE_ONCE(hook->info.target, hook->candidate[i]);
			return 0;
		}
		/* That the kernel refuses one is worth more than that it does not have others. */
		if (err == -ENOENT)
			err = tried;
	}
	return err;
}

static int gm_attach_one(struct gm_hook *hook, struct gm_recorder *r)
{
	u32 state;
	int err;

	WRITE_ONCE(hook->info.target, NULL);
	if (hook->info.kind == GHOSTMEM_HOOK_TRACEPOINT)
		err = gm_attach_tracepoint(hook, r);
	else
		err = gm_attach_kretprobe(hook);
	state = !err ? GHOSTMEM_HOOK_ATTACHED :
		err == -ENOENT ? GHOSTMEM_HOOK_MISSING : GHOSTMEM_HOOK_FAILED;
	WRITE_ONCE(hook->info.state, state);
	return err;
}

/* Leaves the probe possibly running; see gm_hooks_detach(). */
static void gm_detach_one(struct gm_hook *hook, struct gm_recorder *r, u32 state)
{
	if (hook->info.state != GHOSTMEM_HOOK_ATTACHED)
		return;
	if (hook->info.kind == GHOSTMEM_HOOK_TRACEPOINT)
		tracepoint_probe_unregister(hook->tp, gm_probe_of(hook, r), r);
	else
		unregister_kretprobe(hook->rp);
	WRITE_ONCE(hook->info.state, state);
}

void gm_hooks_detach(struct gm_recorder *r)
{
	unsigned int i;

	gm_recorder_stop(r);
	for (i = 0; i < ARRAY_SIZE(gm_hooks); i++)
		gm_detach_one(&gm_hooks[i], r, GHOSTMEM_HOOK_DETACHED);
	/* Covers RCU and, where tracepoints use it, SRCU. */
	tracepoint_synchronize_unregister();
	gm_returns_record_to(NULL);
}

/* Proves one door. A needed hook that fails is an error, another one is detached. */
static int gm_prove(struct gm_hook *hook, struct gm_recorder *r, int err, const char **why)
{
	if (!err)
		return 0;
	if (hook->info.needed || err == -ENOMEM || err == -EINTR) {
		*why = err == -ENOMEM ? "not enough memory" :
				       "a page allocated as a test was not seen by the hooks";
		return err;
	}
	pr_warn("ghostmem: hook %s did not see its test page (%d); without it %s\n",
		hook->info.name, err, hook->info.consequence);
	gm_detach_one(hook, r, GHOSTMEM_HOOK_FAILED);
	return 0;
}

static int gm_attach_all(struct gm_recorder *r, const char **why)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(gm_hooks); i++) {
		struct gm_hook *hook = &gm_hooks[i];

		err = gm_attach_one(hook, r);
		if (!err || !hook->candidate[0])
			continue;
		pr_warn("ghostmem: hook %s cannot attach (%d); without it %s\n",
			hook->info.name, err, hook->info.consequence);
		if (hook->info.needed) {
			*why = "a needed hook cannot attach";
			return err;
		}
	}
	return 0;
}

int gm_hooks_attach(struct gm_recorder *r, const char **why)
{
	int err;

	gm_returns_record_to(r);
	err = gm_attach_all(r, why);
	if (err)
		gm_hooks_detach(r);
	return err;
}

int gm_hooks_prove(struct gm_recorder *r, const char **why)
{
	struct gm_hook *alloc = &gm_hooks[GM_HOOK_ALLOC], *bulk = &gm_hooks[GM_HOOK_BULK];
	int err;

	err = gm_prove(alloc, r, gm_selftest_pages(r), why);
	if (!err && bulk->info.state == GHOSTMEM_HOOK_ATTACHED)
		err = gm_prove(bulk, r, gm_selftest_bulk(r), why);
	return err;
}

unsigned int gm_hooks_count(void)
{
	return ARRAY_SIZE(gm_hooks);
}

void gm_hooks_info(unsigned int i, const struct gm_counters *sum, struct gm_hook_info *info)
{
	struct gm_hook *hook = &gm_hooks[i];

	*info = (struct gm_hook_info) {
		.name = hook->info.name,
		.target = READ_ONCE(hook->info.target),
		.consequence = hook->info.consequence,
		.kind = hook->info.kind,
		.state = READ_ONCE(hook->info.state),
		.needed = hook->info.needed,
		.events = sum->events[hook->event],
	};
	if (!hook->rp || info->state != GHOSTMEM_HOOK_ATTACHED)
		return;
	info->missed = hook->rp->nmissed + hook->rp->kp.nmissed;
	info->kp = &hook->rp->kp;
}
