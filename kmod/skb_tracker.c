// SPDX-License-Identifier: GPL-2.0
/*
 * The skb tracker's control side. See skb_tracker.h, and tracker.h for the locks.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "compat/workqueue.h"
#include "hooks/kprobe_check.h"
#include "hooks/skb_hooks.h"
#include "hooks/skb_points.h"
#include "skb_tracker.h"

#define GM_SKB_SITES_MIN	1024U
#define GM_SKB_SITES_MAX	16384U

static void gm_schedule_clamp(struct gm_skb_tracker *t)
{
	queue_delayed_work(gm_unbound_wq, &t->clamp, (unsigned long)GM_CLAMP_PERIOD * HZ);
}

static void gm_clamp_work(struct work_struct *work)
{
	struct gm_skb_tracker *t = container_of(to_delayed_work(work), struct gm_skb_tracker,
						clamp);

	gm_skb_map_clamp(&t->skbs.map, gm_skbs_clock(&t->skbs));
	gm_schedule_clamp(t);
}

/*
 * Makes the records readable and starts recording at the same time, so that from the first record
 * on the names of a module that is unloaded are frozen.
 */
static void gm_open(struct gm_skb_tracker *t)
{
	u64 deaf_ms = gm_kprobe_check().ms;

	down_write(t->records);
	t->on = true;
	t->deaf_ms = deaf_ms;
	gm_skbs_start(&t->skbs);
	up_write(t->records);
	gm_schedule_clamp(t);
	gm_growth_start(&t->growth, &t->skbs.origins.sites, t->skbs.epoch);
}

/* Makes the records unreadable, and forgets frozen names. Recording has been stopped. */
static void gm_close(struct gm_skb_tracker *t)
{
	cancel_delayed_work_sync(&t->clamp);
	gm_growth_stop(&t->growth);
	down_write(t->records);
	t->on = false;
	t->generation++;
	gm_symbols_clear(&t->symbols);
	up_write(t->records);
}

static void gm_set_armed(struct gm_skb_tracker *t, bool armed)
{
	down_write(t->records);
	t->armed = armed;
	up_write(t->records);
}

/* Frees the tables, which nobody uses any more. */
static void gm_drop_skbs(struct gm_skb_tracker *t)
{
	gm_set_armed(t, false);
	gm_skbs_destroy(&t->skbs);
}

static int gm_switch_on(struct gm_skb_tracker *t, const char **why)
{
	int err;

	err = gm_skbs_init(&t->skbs, t->max_skbs, t->max_sites);
	if (err) {
		*why = "not enough available memory for the skb map and its sites";
		return err;
	}
	gm_set_armed(t, true);
	err = gm_devices_init(&t->devices);
	if (err) {
		*why = "network devices cannot be listened to";
		goto err_devices;
	}
	err = gm_skb_hooks_attach(&t->skbs, why);
	if (err)
		goto err_hooks;
	t->checks = gm_skb_points_probe();
	if (t->checks)
		gm_kprobe_check_start();
	gm_open(t);
	return 0;

err_hooks:
	gm_devices_destroy(&t->devices);
err_devices:
	gm_drop_skbs(t);
	return err;
}

static void gm_switch_off(struct gm_skb_tracker *t)
{
	gm_skb_hooks_detach(&t->skbs);
	if (t->checks)
		gm_kprobe_check_stop();
	gm_close(t);
	gm_devices_destroy(&t->devices);
	gm_drop_skbs(t);
}

int gm_skb_tracker_set(struct gm_skb_tracker *t, bool on, const char **why)
{
	if (on == t->on) {
		if (on && READ_ONCE(t->skbs.fuse.blown))
			gm_skb_tracker_reset(t);
		return 0;
	}
	if (on)
		return gm_switch_on(t, why);
	gm_switch_off(t);
	return 0;
}

void gm_skb_tracker_reset(struct gm_skb_tracker *t)
{
	if (!t->on)
		return;
	gm_skbs_stop(&t->skbs);
	gm_close(t);
	gm_skbs_clear(&t->skbs);
	gm_open(t);
}

/*
 * Room for one sk_buff per page of memory, which is half of what memory could hold. It takes 0.4 to
 * 0.8 % of memory.
 */
static unsigned long gm_default_skbs(void)
{
	return totalram_pages();
}

void gm_skb_tracker_init(struct gm_skb_tracker *t, struct rw_semaphore *records,
			 unsigned long max_skbs, u32 max_sites)
{
	memset(t, 0, sizeof(*t));
	t->records = records;
	t->generation = 1;
	t->max_skbs = clamp(max_skbs ?: gm_default_skbs(), GM_SKB_MAP_MIN, GM_SKB_MAP_MAX);
	t->max_sites = clamp(max_sites / 4, GM_SKB_SITES_MIN, GM_SKB_SITES_MAX);
	gm_symbols_init(&t->symbols);
	INIT_DELAYED_WORK(&t->clamp, gm_clamp_work);
	gm_growth_init(&t->growth);
}
