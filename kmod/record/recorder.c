// SPDX-License-Identifier: GPL-2.0
/*
 * The recorder. See recorder.h.
 *
 * Contexts: everything called by the hooks runs with preemption off from the first read of the
 * fuse to the last access, so that synchronize_rcu() after turning it off (gm_recorder_stop()), or
 * after unlinking a leaf (tables/page_map.c), waits for it. Tracepoint probes may be entered
 * preemptible; nothing here relies on the opposite.
 *
 * Recursion: events nest freely, except while a stack is unwound, see origins.h.
 *
 * Nothing that hooks call allocates, sleeps or takes a lock. The kernel itself calls no tracepoint
 * on a CPU that is not online; records of pages that it frees there are found stale later.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "compat/compat.h"
#include "record/contig.h"
#include "record/recorder.h"
#include "tables/table_alloc.h"

void gm_recorder_break_site(struct gm_recorder *r)
{
	gm_fuse_blow(&r->fuse, "a page's record names a site that does not exist");
}

void gm_recorder_stale(void *ctx, u32 site, unsigned long pages)
{
	struct gm_recorder *r = ctx;

	this_cpu_add(r->counters->lost[GM_LOST_STALE], pages);
	gm_recorder_freed(r, site, pages);
}

/*
 * Counts the recorded pages of a leaf as freed, once its memory is offline and no hook sees it any
 * more. Pages that a hypervisor's driver (virtio-mem, a balloon) has taken out of use go offline
 * while allocated: that is their free. All other pages were freed before, unseen by the hooks.
 * MEM_OFFLINE is announced before the struct pages are removed.
 */
static void gm_offline(void *priv, struct gm_map_leaf *leaf, unsigned long pfn)
{
	struct gm_recorder *r = priv;
	unsigned long i;

	/* The sampler's bits of these pages stay set: whoever follows one finds no record. */
	for (i = 0; i < GM_LEAF_PAGES; i++) {
		if (!leaf->record[i])
			continue;
		gm_recorder_freed(r, gm_record_site(leaf->record[i]), 1);
		if (!PageOffline(pfn_to_page(pfn + i)))
			this_cpu_inc(r->counters->lost[GM_LOST_OFFLINED]);
	}
}

void gm_recorder_stop(struct gm_recorder *r)
{
	gm_fuse_off(&r->fuse);
	gm_pending_drop(&r->pending);
}

void gm_recorder_clear(struct gm_recorder *r)
{
	gm_page_map_clear(&r->map);
	gm_origins_clear(&r->origins);
	gm_counters_clear(r->counters);
	/* Until gm_recorder_sample_at(), every allocation is taken, with weight 1. */
	gm_sampler_start(&r->sampler, 0);
	gm_fuse_mend(&r->fuse);
}

void gm_recorder_prove(struct gm_recorder *r)
{
	r->epoch = jiffies - HZ;
	gm_fuse_prove(&r->fuse);
}

void gm_recorder_sample_at(struct gm_recorder *r, u32 level)
{
	gm_sampler_set_level(&r->sampler, level);
}

void gm_recorder_start(struct gm_recorder *r)
{
	if (!gm_fuse_is_on(&r->fuse))
		r->epoch = jiffies - HZ;
	gm_fuse_on(&r->fuse);
}

/* Returns a limit above all page frames that are online. Memory plugged in later may exceed it. */
static unsigned long gm_page_limit(void)
{
	unsigned long limit = 0;
	int nid;

	for_each_online_node(nid)
		limit = max_t(unsigned long, limit, node_end_pfn(nid));
	return ALIGN(limit, GM_LEAF_PAGES);
}

/* Whether free and cheaply reclaimed memory is more than twice what the tables take. */
static bool gm_affordable(u32 max_sites)
{
	unsigned long need = gm_page_map_estimate() + gm_sites_estimate(max_sites) +
			     gm_page_limit() / BITS_PER_BYTE;

	return si_mem_available() > 2 * (long)(need >> PAGE_SHIFT);
}

int gm_recorder_init(struct gm_recorder *r, u32 max_sites)
{
	int err;

	memset(r, 0, sizeof(*r));
	if (!gm_affordable(max_sites))
		return -ENOMEM;
	gm_fuse_init(&r->fuse, "tracking");
	gm_pending_init(&r->pending, gm_contig_write, r);
	err = gm_page_map_init(&r->map, gm_offline, r);
	if (err)
		return err;
	r->counters = gm_arm_percpu(struct gm_counters);
	if (!r->counters) {
		err = -ENOMEM;
		goto err_destroy;
	}
	err = gm_origins_init(&r->origins, max_sites, r->counters) ?:
	      gm_sampler_init(&r->sampler, gm_page_limit());
	if (err)
		goto err_destroy;
	gm_sampler_start(&r->sampler, 0);
	err = gm_page_map_cover_online(&r->map);
	if (err)
		goto err_destroy;
	return 0;

err_destroy:
	gm_recorder_destroy(r);
	return err;
}

void gm_recorder_destroy(struct gm_recorder *r)
{
	gm_page_map_destroy(&r->map);
	/* Until the map was destroyed, memory going offline may have blown the fuse. */
	irq_work_sync(&r->fuse.work);
	gm_sampler_destroy(&r->sampler);
	gm_origins_destroy(&r->origins);
	free_percpu(r->counters);
	memset(r, 0, sizeof(*r));
}
