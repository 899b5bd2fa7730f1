// SPDX-License-Identifier: GPL-2.0
/*
 * The module notifier. See module_notifier.h.
 *
 * It is called while the text and the symbols of the module are in place: MODULE_STATE_COMING
 * comes before any of its text runs, MODULE_STATE_GOING after its exit function, or after an init
 * function that failed; MODULE_STATE_LIVE before the init text is freed.
 */
#include <linux/module.h>
#include <linux/notifier.h>

#include "module_notifier.h"
#include "text_change.h"

static int gm_module_event(struct notifier_block *nb, unsigned long state, void *data)
{
	if (state != MODULE_STATE_COMING && state != MODULE_STATE_GOING &&
	    state != MODULE_STATE_LIVE)
		return NOTIFY_DONE;
	gm_tracker_text_changes(&gm_tracker, data, state);
	return NOTIFY_OK;
}

static struct notifier_block gm_module_nb = {
	.notifier_call = gm_module_event,
};

int gm_module_notifier_init(void)
{
	return register_module_notifier(&gm_module_nb);
}

void gm_module_notifier_exit(void)
{
	unregister_module_notifier(&gm_module_nb);
}
