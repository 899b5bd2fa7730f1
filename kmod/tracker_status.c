// SPDX-License-Identifier: GPL-2.0
/*
 * Status. See tracker_status.h, and tracker.h for the locks.
 */
#include <linux/kernel.h>
#include <linux/sched.h>

#include "hooks/hooks.h"
#include "hooks/kprobe_check.h"
#include "hooks/skb_hooks.h"
#include "tracker_status.h"

static void gm_sum_sites(const struct gm_sites *sites, struct gm_site_counts *sum)
{
	struct gm_site_counts one;
	u32 id;

	for (id = GHOSTMEM_SITE_OTHER; id < gm_sites_end(sites); id++) {
		gm_site_read(sites, id, &one);
		sum->allocs += one.allocs;
		sum->frees += one.frees;
		sum->live += one.live;
		cond_resched();
	}
}

static void gm_status_origins(struct gm_records_status *status, const struct gm_origins *o,
			      const struct gm_symbols *symbols)
{
	gm_sum_sites(&o->sites, &status->total);
	status->sites = gm_sites_used(&o->sites);
	status->sites_bytes = gm_sites_bytes(&o->sites);
	gm_counters_sum(o->counters, &status->sum);
	status->unnamed = symbols->unnamed;
}

/*
 * Adds a hook. @deaf: for how long kprobes were not called since their check began; @before: the
 * part of that, in ms, before recording began.
 */
static void gm_status_add_hook(struct gm_status *status, const struct gm_hook_info *info,
			       const struct gm_deafness *deaf, u64 before)
{
	struct gm_hook_status *hook;

	if (WARN_ON_ONCE(status->nr_hooks == GM_STATUS_HOOKS))
		return;
	hook = &status->hook[status->nr_hooks++];
	hook->info = *info;
	/* Tracepoints and entries of functions cannot be disarmed. */
	if (!info->kp || !gm_kprobe_check_covers(info->kp))
		return;
	hook->deaf = deaf->now;
	hook->deaf_ms = deaf->ms - min(deaf->ms, before);
}

static void gm_status_hooks(struct gm_status *status, const struct gm_tracker *t)
{
	struct gm_deafness deaf = gm_kprobe_check();
	struct gm_hook_info info;
	unsigned int i;

	for (i = 0; i < gm_hooks_count(); i++) {
		gm_hooks_info(i, &status->pages.sum, &info);
		gm_status_add_hook(status, &info, &deaf, t->deaf_ms);
	}
	for (i = 0; t->skb.on && i < gm_skb_hooks_count(); i++) {
		gm_skb_hooks_info(i, &status->skbs.sum, &info);
		gm_status_add_hook(status, &info, &deaf, t->skb.deaf_ms);
	}
}

static void gm_status_pages(struct gm_status *status, struct gm_tracker *t)
{
	struct gm_recorder *r = &t->recorder;

	status->pages.generation = t->generation;
	status->pages.sites_max = t->max_sites;
	status->pages.unnamed = t->symbols.unnamed;
	if (t->mode == GHOSTMEM_MODE_OFF)
		return;
	status->sampled = r->sampled;
	status->level = READ_ONCE(r->sampler.level);
	if (!t->open)
		return;
	gm_status_origins(&status->pages, &r->origins, &t->symbols);
	status->pages.clock = gm_recorder_clock(r);
	status->pages.broken = READ_ONCE(r->fuse.blown);
	status->pages.table_bytes = atomic_long_read(&r->map.bytes) +
				    gm_sampler_bytes(&r->sampler) + sizeof(*r->origins.frames);
}

static void gm_status_skbs(struct gm_status *status, const struct gm_skb_tracker *t)
{
	const struct gm_skbs *s = &t->skbs;

	status->skb_on = t->on;
	if (!t->on)
		return;
	gm_status_origins(&status->skbs, &s->origins, &t->symbols);
	status->skbs.generation = t->generation;
	status->skbs.sites_max = t->max_sites;
	status->skbs.clock = gm_skbs_clock(s);
	status->skbs.broken = READ_ONCE(s->fuse.blown);
	status->skbs.room = gm_skb_map_room(&s->map);
	status->skbs.table_bytes = gm_skbs_bytes(s);
}

/*
 * Hooks are attached and detached, and settings change, under @control. Its holder may take long,
 * and users of generic netlink must not wait for it, so this only tries to take it.
 */
void gm_tracker_status(struct gm_tracker *t, struct gm_status *status)
{
	bool settled = mutex_trylock(&t->control);

	memset(status, 0, sizeof(*status));
	down_read(&t->records);
	status->change = settled ? 0 : READ_ONCE(t->change);
	status->mode = t->mode;
	status->base = READ_ONCE(t->governor.base);
	status->budget_ppm = READ_ONCE(t->governor.budget_ppm);
	status->cost_ppm = READ_ONCE(t->governor.cost_ppm);
	status->pair_ns = t->governor.pair_ns;
	gm_status_pages(status, t);
	gm_status_skbs(status, &t->skb);
	gm_status_hooks(status, t);
	up_read(&t->records);
	if (settled)
		mutex_unlock(&t->control);
}
