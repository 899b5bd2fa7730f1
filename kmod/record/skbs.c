// SPDX-License-Identifier: GPL-2.0
/*
 * The lifetimes of sk_buffs. See skbs.h.
 *
 * Contexts: everything called by the hooks runs with preemption off from the first read of the
 * fuse to the last access, so that synchronize_rcu() after turning it off (gm_skbs_stop()) waits
 * for it. Nothing that hooks call allocates, sleeps, takes a lock, or reaches a hook again: there
 * is no recursion except by interrupts, which nest freely.
 *
 * An address has one owner at a time, which is allocating or releasing it while a hook reports it;
 * the operations of the map rely on that (tables/skb_table.h).
 */
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "record/skbs.h"
#include "tables/table_alloc.h"

static void gm_skbs_free(struct gm_skbs *s, gm_record_t rec)
{
	u32 site = gm_record_site(rec);

	if (unlikely(!gm_sites_valid(&s->origins.sites, site)))
		gm_fuse_blow(&s->fuse, "an sk_buff's record names a site that does not exist");
	else
		gm_site_free(&s->origins.sites, site, 1);
}

static void __gm_skbs_born(struct gm_skbs *s, const struct sk_buff *skb, struct gm_caller caller)
{
	gm_record_t rec, old;
	u32 site;

	site = gm_origins_site(&s->origins, caller, (struct gm_block){});
	if (unlikely(!site))
		return;
	rec = gm_record(site, in_task() ? task_pid_nr(current) : 0, gm_skbs_clock(s));
	switch (gm_skb_map_add(&s->map, skb, rec, &old)) {
	case GM_SKB_NO_ROOM:
		/* Not counted as a birth, because its death would not be counted. */
		this_cpu_inc(s->counters->lost[GM_LOST_SKB_ROOM]);
		return;
	case GM_SKB_REBORN:
		this_cpu_inc(s->counters->lost[GM_LOST_SKB_REBORN]);
		gm_skbs_free(s, old);
		break;
	case GM_SKB_BORN:
		break;
	}
	/* It cannot die before the hook returns, so no reader sees a death before its birth. */
	gm_site_alloc(&s->origins.sites, site, 1);
}

void gm_skbs_born(struct gm_skbs *s, const struct sk_buff *skb, struct gm_caller caller,
		  enum gm_skb_seen seen, enum gm_event event)
{
	preempt_disable_notrace();
	if (likely(gm_fuse_is_on(&s->fuse)) &&
	    (seen == GM_SKB_NEW || !gm_skb_map_get(&s->map, skb))) {
		this_cpu_inc(s->counters->events[event]);
		__gm_skbs_born(s, skb, caller);
	}
	preempt_enable_notrace();
}

static void __gm_skbs_died(struct gm_skbs *s, const struct sk_buff *skb, bool last)
{
	gm_record_t rec;

	switch (gm_skb_map_remove(&s->map, skb, last, &rec)) {
	case GM_SKB_DIES:
		if (unlikely(!rec))
			gm_fuse_blow(&s->fuse, "an sk_buff was alive without a record");
		else
			gm_skbs_free(s, rec);
		break;
	case GM_SKB_UNKNOWN:
		this_cpu_inc(s->counters->unknown);
		break;
	case GM_SKB_DIED:
		break;
	}
}

void gm_skbs_died(struct gm_skbs *s, const struct sk_buff *skb, bool last, enum gm_event event)
{
	preempt_disable_notrace();
	if (likely(gm_fuse_is_on(&s->fuse))) {
		this_cpu_inc(s->counters->events[event]);
		__gm_skbs_died(s, skb, last);
	}
	preempt_enable_notrace();
}

size_t gm_skbs_bytes(const struct gm_skbs *s)
{
	return gm_skb_map_estimate(gm_skb_map_room(&s->map)) +
	       gm_sites_bytes(&s->origins.sites) + sizeof(*s->origins.frames);
}

void gm_skbs_stop(struct gm_skbs *s)
{
	gm_fuse_off(&s->fuse);
}

void gm_skbs_clear(struct gm_skbs *s)
{
	gm_skb_map_clear(&s->map);
	gm_origins_clear(&s->origins);
	gm_counters_clear(s->counters);
	gm_fuse_mend(&s->fuse);
}

void gm_skbs_start(struct gm_skbs *s)
{
	s->epoch = jiffies - HZ;
	gm_fuse_on(&s->fuse);
}

static bool gm_skbs_affordable(unsigned long max_skbs, u32 max_sites)
{
	size_t need = gm_skb_map_estimate(max_skbs) + gm_sites_estimate(max_sites);

	return si_mem_available() > 2 * (long)(need >> PAGE_SHIFT);
}

int gm_skbs_init(struct gm_skbs *s, unsigned long max_skbs, u32 max_sites)
{
	int err;

	memset(s, 0, sizeof(*s));
	if (!gm_skbs_affordable(max_skbs, max_sites))
		return -ENOMEM;
	gm_fuse_init(&s->fuse, "skb=on");
	s->counters = gm_arm_percpu(struct gm_counters);
	if (!s->counters)
		return -ENOMEM;
	err = gm_origins_init(&s->origins, max_sites, s->counters) ?:
	      gm_skb_map_init(&s->map, max_skbs);
	if (err)
		gm_skbs_destroy(s);
	return err;
}

void gm_skbs_destroy(struct gm_skbs *s)
{
	gm_skb_map_destroy(&s->map);
	gm_origins_destroy(&s->origins);
	free_percpu(s->counters);
	memset(s, 0, sizeof(*s));
}
