// SPDX-License-Identifier: GPL-2.0
/*
 * The tracker's control side. See tracker.h for its locks.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "compat/workqueue.h"
#include "hooks/hooks.h"
#include "hooks/kprobe_check.h"
#include "hooks/selftest.h"
#include "tracker.h"

struct gm_tracker gm_tracker;

u32 gm_tracker_default_sites(void)
{
	/*
	 * The page map takes 0.195 % of memory, and 0.2 % may be taken in all. From 16 GiB on, the
	 * site table takes a 32nd of the map; below that, it has as many sites as a busy small
	 * host has stacks.
	 */
	return clamp_t(unsigned long, totalram_pages() / 1024, 4096, 65536);
}

static void gm_schedule_clamp(struct gm_tracker *t)
{
	queue_delayed_work(gm_unbound_wq, &t->clamp, (unsigned long)GM_CLAMP_PERIOD * HZ);
}

static void gm_clamp_work(struct work_struct *work)
{
	struct gm_tracker *t = container_of(to_delayed_work(work), struct gm_tracker, clamp);

	/* This work is cancelled before the recorder is destroyed or its clock starts again. */
	gm_page_map_clamp(&t->recorder.map, gm_recorder_clock(&t->recorder));
	gm_schedule_clamp(t);
}

/* Makes the records unreadable, and forgets frozen names. The caller sets the mode. */
static void gm_close_records(struct gm_tracker *t)
{
	lockdep_assert_held(&t->control);
	down_write(&t->records);
	t->open = false;
	t->generation++;
	gm_symbols_clear(&t->symbols);
	up_write(&t->records);
}

/*
 * Makes the records readable and starts recording at the same time, so that from the first page on
 * the names of a module that is unloaded are frozen.
 */
static void gm_open_records(struct gm_tracker *t, void (*start)(struct gm_recorder *r))
{
	u64 deaf_ms = gm_kprobe_check().ms;

	lockdep_assert_held(&t->control);
	down_write(&t->records);
	t->open = true;
	t->deaf_ms = deaf_ms;
	start(&t->recorder);
	up_write(&t->records);
}

static void gm_set_mode(struct gm_tracker *t, u32 mode)
{
	down_write(&t->records);
	t->mode = mode;
	t->generation++;
	up_write(&t->records);
}

/*
 * Attaches the hooks to a recorder that is clear, and starts it. On failure the hooks are detached
 * again, and the recorder may have records of the test, which the caller has to forget.
 */
static int gm_engage(struct gm_tracker *t, u32 mode, const char **why)
{
	u32 bare_ns, hooked_ns;
	int err;

	lockdep_assert_held(&t->control);
	t->recorder.sampled = mode == GHOSTMEM_MODE_SAMPLED;
	bare_ns = gm_selftest_pair_ns();
	err = gm_hooks_attach(&t->recorder, why);
	if (err)
		return err;
	gm_kprobe_check_start();
	gm_open_records(t, gm_recorder_prove);
	err = gm_hooks_prove(&t->recorder, why);
	if (err) {
		gm_hooks_detach(&t->recorder);
		gm_kprobe_check_stop();
		gm_close_records(t);
		return err;
	}
	/* Other tasks are recorded only after the sampling level, and so the weight, is set. */
	gm_recorder_sample_at(&t->recorder, t->governor.base);
	gm_recorder_start(&t->recorder);
	gm_set_mode(t, mode);
	gm_schedule_clamp(t);
	gm_growth_start(&t->growth, &t->recorder.origins.sites, t->recorder.epoch);
	hooked_ns = gm_selftest_pair_ns();
	gm_governor_start(&t->governor, &t->recorder, hooked_ns - min(hooked_ns, bare_ns));
	return 0;
}

/* Detaches the hooks and stops all work. Nobody uses the recorder afterwards. */
static void gm_disengage(struct gm_tracker *t)
{
	lockdep_assert_held(&t->control);
	gm_hooks_detach(&t->recorder);
	gm_kprobe_check_stop();
	cancel_delayed_work_sync(&t->clamp);
	gm_growth_stop(&t->growth);
	gm_governor_stop(&t->governor);
	gm_set_mode(t, GHOSTMEM_MODE_OFF);
	gm_close_records(t);
}

static void gm_set_armed(struct gm_tracker *t, bool armed)
{
	down_write(&t->records);
	t->armed = armed;
	up_write(&t->records);
}

/* Destroys the recorder, which nobody uses any more. */
static void gm_drop_recorder(struct gm_tracker *t)
{
	gm_set_armed(t, false);
	gm_recorder_destroy(&t->recorder);
}

static void gm_disarm(struct gm_tracker *t)
{
	gm_disengage(t);
	gm_drop_recorder(t);
}

static int gm_arm(struct gm_tracker *t, u32 mode, const char **why)
{
	int err;

	lockdep_assert_held(&t->control);
	err = gm_recorder_init(&t->recorder, t->max_sites);
	if (err) {
		*why = "not enough available memory for the page map and the site table";
		return err;
	}
	gm_set_armed(t, true);
	err = gm_engage(t, mode, why);
	if (err)
		gm_drop_recorder(t);
	return err;
}

/* Keeps the memory of the recorder: a host that is short of it might not provide it again. */
static int gm_rearm(struct gm_tracker *t, u32 mode, const char **why)
{
	int err;

	gm_disengage(t);
	gm_recorder_clear(&t->recorder);
	err = gm_engage(t, mode, why);
	if (err) {
		pr_err("ghostmem: tracking is off: %s (%d)\n", *why, err);
		gm_drop_recorder(t);
	}
	return err;
}

static void gm_restart(struct gm_tracker *t)
{
	u32 pair_ns = t->governor.pair_ns;

	lockdep_assert_held(&t->control);
	gm_recorder_stop(&t->recorder);
	/* A running clamp has read the old clock, and would age what is recorded by the new one. */
	cancel_delayed_work_sync(&t->clamp);
	gm_growth_stop(&t->growth);
	gm_governor_stop(&t->governor);
	gm_close_records(t);
	gm_recorder_clear(&t->recorder);
	gm_recorder_sample_at(&t->recorder, t->governor.base);
	gm_open_records(t, gm_recorder_start);
	gm_schedule_clamp(t);
	gm_growth_start(&t->growth, &t->recorder.origins.sites, t->recorder.epoch);
	gm_governor_start(&t->governor, &t->recorder, pair_ns);
}

static int gm_tracker_set_mode(struct gm_tracker *t, u32 mode, const char **why)
{
	if (t->mode == GHOSTMEM_MODE_OFF)
		return mode == GHOSTMEM_MODE_OFF ? 0 : gm_arm(t, mode, why);
	if (mode == GHOSTMEM_MODE_OFF)
		gm_disarm(t);
	else if (mode != t->mode)
		return gm_rearm(t, mode, why);
	else if (READ_ONCE(t->recorder.fuse.blown))
		gm_restart(t);
	/* Otherwise the mode is what it was, and the records stay. */
	return 0;
}

static u32 gm_change_of(const struct gm_settings *settings)
{
	bool on = (settings->set_mode && settings->mode != GHOSTMEM_MODE_OFF) ||
		  (settings->set_skb && settings->skb);

	if (on)
		return GHOSTMEM_CHANGE_ARMING;
	return settings->set_mode || settings->set_skb ? GHOSTMEM_CHANGE_DISARMING : 0;
}

static void gm_begin(struct gm_tracker *t, u32 change)
{
	mutex_lock(&t->control);
	WRITE_ONCE(t->change, change);
}

static void gm_end(struct gm_tracker *t)
{
	WRITE_ONCE(t->change, 0);
	mutex_unlock(&t->control);
}

int gm_tracker_set(struct gm_tracker *t, const struct gm_settings *settings, const char **why)
{
	u32 base, budget_ppm;
	bool skb_was_on;
	const char *unused;
	int err = 0;

	gm_begin(t, gm_change_of(settings));
	skb_was_on = t->skb.on;
	base = t->governor.base;
	budget_ppm = t->governor.budget_ppm;
	/* In an order that can be undone. A mode that is armed samples at the new level. */
	if (settings->set_budget)
		gm_governor_set_budget(&t->governor, settings->budget_ppm);
	if (settings->set_level)
		gm_governor_set_base(&t->governor, settings->level);
	if (settings->set_skb && settings->skb)
		err = gm_skb_tracker_set(&t->skb, true, why);
	if (!err && settings->set_mode)
		err = gm_tracker_set_mode(t, settings->mode, why);
	if (settings->set_skb && (err ? !skb_was_on : !settings->skb))
		gm_skb_tracker_set(&t->skb, false, &unused);
	if (err && settings->set_budget)
		gm_governor_set_budget(&t->governor, budget_ppm);
	if (err && settings->set_level)
		gm_governor_set_base(&t->governor, base);
	gm_end(t);
	return err;
}

void gm_tracker_reset(struct gm_tracker *t)
{
	gm_begin(t, GHOSTMEM_CHANGE_RESETTING);
	if (t->mode != GHOSTMEM_MODE_OFF)
		gm_restart(t);
	gm_skb_tracker_reset(&t->skb);
	gm_end(t);
}

void gm_tracker_init(struct gm_tracker *t, u32 max_sites, unsigned long max_skbs)
{
	mutex_init(&t->control);
	init_rwsem(&t->records);
	gm_symbols_init(&t->symbols);
	INIT_DELAYED_WORK(&t->clamp, gm_clamp_work);
	gm_governor_init(&t->governor);
	gm_growth_init(&t->growth);
	t->mode = GHOSTMEM_MODE_OFF;
	t->open = false;
	t->generation = 1;
	t->change = 0;
	t->max_sites = clamp_t(u32, max_sites, GM_SITES_MIN, GM_SITES_MAX);
	gm_skb_tracker_init(&t->skb, &t->records, max_skbs, t->max_sites);
}

void gm_tracker_exit(struct gm_tracker *t)
{
	const char *why;

	gm_begin(t, GHOSTMEM_CHANGE_DISARMING);
	gm_skb_tracker_set(&t->skb, false, &why);
	if (t->mode != GHOSTMEM_MODE_OFF)
		gm_disarm(t);
	gm_end(t);
}
