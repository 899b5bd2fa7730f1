// SPDX-License-Identifier: GPL-2.0
/*
 * The module notifier. See module_notifier.h.
 *
 * Called with the module's text and symbols in place: MODULE_STATE_COMING comes before any
 * of its text runs, MODULE_STATE_GOING after the module's exit function, or after an init
 * that failed; MODULE_STATE_LIVE before the init text is freed.
 *
 * What comes to stand where a module's text was may also be code that nobody announces, such
 * as BPF's: so frames are forgotten when text goes, and again when other text comes, should
 * some of it have run meanwhile.
 */
#include <linux/module.h>
#include <linux/notifier.h>

#include "tracker.h"
#include "module_notifier.h"

struct gm_module_change {
	struct gm_symbols *symbols;
	struct module *mod;
	unsigned long state;
};

/* Text that is new, or is about to go. */
static bool gm_changes(void *ctx, unsigned long ip)
{
	struct gm_module_change *change = ctx;

	return change->state == MODULE_STATE_LIVE ? within_module_init(ip, change->mod) :
						    within_module(ip, change->mod);
}

static unsigned long gm_freeze_frame(void *ctx, unsigned long frame)
{
	struct gm_module_change *change = ctx;

	if (gm_symbols_is_frozen(frame) || !gm_changes(change, frame))
		return frame;
	return gm_symbols_freeze(change->symbols, frame, change->state == MODULE_STATE_GOING ?
				 GHOSTMEM_CODE_UNLOADED : GHOSTMEM_CODE_LIVE,
				 change->mod->srcversion);
}

static void gm_freeze_text(struct gm_origins *o, struct gm_module_change *change)
{
	if (change->state != MODULE_STATE_COMING)
		gm_sites_freeze(&o->sites, gm_freeze_frame, change);
	if (change->state == MODULE_STATE_GOING)
		gm_symbols_unloaded(change->symbols, change->mod->name);
}

static int gm_module_event(struct notifier_block *nb, unsigned long state, void *data)
{
	struct gm_tracker *t = &gm_tracker;
	struct gm_module_change change = {
		.symbols = &t->symbols,
		.mod = data,
		.state = state,
	};

	if (state != MODULE_STATE_COMING && state != MODULE_STATE_GOING &&
	    state != MODULE_STATE_LIVE)
		return NOTIFY_DONE;

	down_write(&t->books);
	if (t->armed)
		gm_origins_forget(&t->recorder.origins, gm_changes, &change);
	if (t->open)
		gm_freeze_text(&t->recorder.origins, &change);
	if (t->skb.armed)
		gm_origins_forget(&t->skb.skbs.origins, gm_changes, &change);
	if (t->skb.on) {
		change.symbols = &t->skb.symbols;
		gm_freeze_text(&t->skb.skbs.origins, &change);
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
