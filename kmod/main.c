// SPDX-License-Identifier: GPL-2.0
/*
 * ghostmem: who holds the memory that no line of /proc/meminfo counts.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "accounts/bus_notifier.h"
#include "compat/irq_stack.h"
#include "compat/trampoline.h"
#include "hooks/kprobe_check.h"
#include "module_notifier.h"
#include "netlink/family.h"
#include "params.h"
#include "stack/unwind_cache.h"
#include "tracker.h"

static int __init gm_init(void)
{
	const char *why = "unknown reason";
	struct gm_params params = {};
	int err;

	err = gm_params_parse(&params);
	if (err)
		return err;
	gm_irq_stack_init();
	gm_trampolines_init();
	gm_frames_init();
	gm_tracker_init(&gm_tracker, params.max_sites ?: gm_tracker_default_sites(),
			params.max_skbs);

	/* The notifier first, so that a module unloaded while hooks attach is not missed. */
	err = gm_module_notifier_init();
	if (err)
		return err;
	gm_kprobe_check_init();
	err = gm_tracker_set(&gm_tracker, &params.settings, &why);
	if (err) {
		pr_err("ghostmem: not armed: %s (%d)\n", why, err);
		goto err_tracker;
	}
	err = gm_bus_notifier_init();
	if (err)
		goto err_accounts;
	err = gm_netlink_init();
	if (err)
		goto err_netlink;
	pr_info("ghostmem: %s, mode %s\n", GHOSTMEM_VERSION, params.mode);
	return 0;

err_netlink:
	gm_bus_notifier_exit();
err_accounts:
	gm_tracker_exit(&gm_tracker);
err_tracker:
	gm_kprobe_check_exit();
	gm_module_notifier_exit();
	return err;
}

static void __exit gm_exit(void)
{
	gm_netlink_exit();
	gm_bus_notifier_exit();
	gm_tracker_exit(&gm_tracker);
	gm_kprobe_check_exit();
	gm_module_notifier_exit();
}

module_init(gm_init);
module_exit(gm_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("the ghostmem authors");
MODULE_DESCRIPTION("attributes memory that no line of /proc/meminfo counts");
MODULE_VERSION(GHOSTMEM_VERSION);
