// SPDX-License-Identifier: GPL-2.0
/*
 * The tracker's control side. See tracker.h for its locks.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "hooks.h"
#include "tracker.h"

struct gm_tracker gm_tracker;

u32 gm_tracker_default_sites(void)
{
	/* 256 bytes for every 64 pages: a thousandth; enough stacks for a small host too. */
	return clamp_t(unsigned long, totalram_pages() / 64, 4096, 65536);
}

static void gm_clamp_work(struct work_struct *work)
{
	struct gm_tracker *t = container_of(to_delayed_work(work), struct gm_tracker, clamp);

	down_read(&t->books);
	if (t->mode != GHOSTMEM_MODE_OFF) {
		gm_page_map_clamp(&t->recorder.map, gm_recorder_clock(&t->recorder));
		schedule_delayed_work(&t->clamp, (unsigned long)GM_CLAMP_PERIOD * HZ);
	}
	up_read(&t->books);
}

/* Publishes the mode together with the generation that it begins. */
static void gm_publish(struct gm_tracker *t, u32 mode)
{
	lockdep_assert_held(&t->control);
	lockdep_assert_held_write(&t->books);
	t->mode = mode;
	t->generation++;
}

static void gm_close_books(struct gm_tracker *t)
{
	lockdep_assert_held_write(&t->books);
	gm_recorder_destroy(&t->recorder);
	gm_symbols_clear(&t->symbols);
}

static void gm_disarm(struct gm_tracker *t)
{
	lockdep_assert_held(&t->control);
	if (t->mode == GHOSTMEM_MODE_OFF)
		return;
	gm_hooks_detach(&t->recorder);
	cancel_delayed_work_sync(&t->clamp);
	down_write(&t->books);
	gm_publish(t, GHOSTMEM_MODE_OFF);
	gm_close_books(t);
	up_write(&t->books);
}

static int gm_arm(struct gm_tracker *t, u32 mode, const char **why)
{
	int err;

	lockdep_assert_held(&t->control);
	/* From here on the module notifier freezes: a module may go while hooks attach. */
	down_write(&t->books);
	err = gm_recorder_init(&t->recorder, t->max_sites);
	up_write(&t->books);
	if (err) {
		*why = "not enough memory for the page map and the site table";
		return err;
	}
	err = gm_hooks_attach(&t->recorder, why);
	down_write(&t->books);
	if (err)
		gm_close_books(t);
	else
		gm_publish(t, mode);
	up_write(&t->books);
	if (err)
		return err;
	schedule_delayed_work(&t->clamp, (unsigned long)GM_CLAMP_PERIOD * HZ);
	return 0;
}

int gm_tracker_set_mode(struct gm_tracker *t, u32 mode, const char **why)
{
	int err = 0;

	mutex_lock(&t->control);
	gm_disarm(t);
	if (mode != GHOSTMEM_MODE_OFF)
		err = gm_arm(t, mode, why);
	mutex_unlock(&t->control);
	return err;
}

void gm_tracker_reset(struct gm_tracker *t)
{
	mutex_lock(&t->control);
	if (t->mode != GHOSTMEM_MODE_OFF) {
		/* Stopped before the books close, for readers need not wait for that. */
		gm_recorder_stop(&t->recorder);
		down_write(&t->books);
		gm_publish(t, t->mode);
		gm_symbols_clear(&t->symbols);
		gm_recorder_start(&t->recorder);
		up_write(&t->books);
	}
	mutex_unlock(&t->control);
}

void gm_tracker_init(struct gm_tracker *t, u32 max_sites)
{
	mutex_init(&t->control);
	init_rwsem(&t->books);
	gm_symbols_init(&t->symbols);
	INIT_DELAYED_WORK(&t->clamp, gm_clamp_work);
	t->mode = GHOSTMEM_MODE_OFF;
	t->generation = 1;
	t->max_sites = clamp_t(u32, max_sites, GM_SITES_MIN, GM_SITES_MAX);
}

void gm_tracker_exit(struct gm_tracker *t)
{
	mutex_lock(&t->control);
	gm_disarm(t);
	mutex_unlock(&t->control);
}
