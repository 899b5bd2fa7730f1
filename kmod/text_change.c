// SPDX-License-Identifier: GPL-2.0
/*
 * Module text that comes and goes. See text_change.h, and tracker.h for the locks.
 */
#include <linux/module.h>

#include "text_change.h"

/**
 * struct gm_text_change - a change of a module's state
 * @symbols:	where names are frozen
 * @mod:	the module
 * @state:	its new state, MODULE_STATE_*
 */
struct gm_text_change {
	struct gm_symbols *symbols;
	struct module *mod;
	unsigned long state;
};

/* Whether @ip is in text that is new, or is about to go. */
static bool gm_text_changes(void *ctx, unsigned long ip)
{
	struct gm_text_change *change = ctx;

	return change->state == MODULE_STATE_LIVE ? within_module_init(ip, change->mod) :
						    within_module(ip, change->mod);
}

static unsigned long gm_text_freeze_frame(void *ctx, unsigned long frame)
{
	struct gm_text_change *change = ctx;

	if (gm_symbols_is_frozen(frame) || !gm_text_changes(change, frame))
		return frame;
	return gm_symbols_freeze(change->symbols, frame, change->state == MODULE_STATE_GOING ?
				 GHOSTMEM_CODE_UNLOADED : GHOSTMEM_CODE_LIVE,
				 change->mod->srcversion);
}

static void gm_text_freeze(struct gm_origins *o, struct gm_text_change *change)
{
	if (change->state != MODULE_STATE_COMING)
		gm_sites_freeze(&o->sites, gm_text_freeze_frame, change);
	if (change->state == MODULE_STATE_GOING)
		gm_symbols_unloaded(change->symbols, change->mod->name);
}

void gm_tracker_text_changes(struct gm_tracker *t, struct module *mod, unsigned long state)
{
	struct gm_text_change change = { .symbols = &t->symbols, .mod = mod, .state = state };

	down_write(&t->records);
	if (t->armed)
		gm_origins_forget(&t->recorder.origins, gm_text_changes, &change);
	if (t->open)
		gm_text_freeze(&t->recorder.origins, &change);
	if (t->skb.armed)
		gm_origins_forget(&t->skb.skbs.origins, gm_text_changes, &change);
	if (t->skb.on) {
		change.symbols = &t->skb.symbols;
		gm_text_freeze(&t->skb.skbs.origins, &change);
	}
	up_write(&t->records);
}
