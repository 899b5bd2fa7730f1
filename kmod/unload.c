// SPDX-License-Identifier: GPL-2.0
/*
 * The module notifier. See unload.h.
 *
 * Called with the module's text and symbols in place: MODULE_STATE_COMING comes before any
 * of its text runs, MODULE_STATE_GOING after the module's exit function, or after an init
 * that failed; MODULE_STATE_LIVE before the init text is freed.
 */
#include <linux/module.h>
#include <linux/notifier.h>

#include "tracker.h"
#include "unload.h"

struct gm_going {
	struct gm_symbols *symbols;
	struct module *mod;
	bool init_only;
};

static unsigned long gm_freeze_frame(void *ctx, unsigned long frame)
{
	struct gm_going *going = ctx;

	if (gm_symbols_is_frozen(frame) || !within_module(frame, going->mod))
		return frame;
	if (!going->init_only)
		return gm_symbols_freeze(going->symbols, frame, GHOSTMEM_CODE_UNLOADED);
	if (within_module_init(frame, going->mod))
		return gm_symbols_freeze(going->symbols, frame, GHOSTMEM_CODE_LIVE);
	return frame;
}

static bool gm_within_module(void *ctx, unsigned long ip)
{
	return within_module(ip, ctx);
}

static int gm_module_event(struct notifier_block *nb, unsigned long state, void *data)
{
	struct gm_tracker *t = &gm_tracker;
	struct gm_going going = {
		.symbols = &t->symbols,
		.mod = data,
		.init_only = state == MODULE_STATE_LIVE,
	};

	if (state != MODULE_STATE_COMING && state != MODULE_STATE_GOING &&
	    state != MODULE_STATE_LIVE)
		return NOTIFY_DONE;

	down_write(&t->books);
	if (t->open && state == MODULE_STATE_COMING) {
		gm_frames_forget(t->recorder.frames, gm_within_module, going.mod);
	} else if (t->open) {
		gm_sites_freeze(&t->recorder.sites, gm_freeze_frame, &going);
		if (state == MODULE_STATE_GOING)
			gm_symbols_unloaded(&t->symbols, going.mod->name);
	}
	up_write(&t->books);
	return NOTIFY_OK;
}

static struct notifier_block gm_module_nb = {
	.notifier_call = gm_module_event,
};

int gm_unload_init(void)
{
	return register_module_notifier(&gm_module_nb);
}

void gm_unload_exit(void)
{
	unregister_module_notifier(&gm_module_nb);
}
