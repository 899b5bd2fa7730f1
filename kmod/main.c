// SPDX-License-Identifier: GPL-2.0
/*
 * ghostmem: who holds the memory that no line of /proc/meminfo counts.
 */
#include <linux/ghostmem.h>
#include <linux/init.h>
#include <linux/module.h>

#include "compat/irq_stack.h"
#include "netlink.h"
#include "tracker.h"
#include "unload.h"

static unsigned int max_sites;
module_param(max_sites, uint, 0444);
MODULE_PARM_DESC(max_sites, "room for so many allocation sites (0: by the size of memory)");

static char *mode = "exact";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "exact: track from loading on (default); off: wait for leakctl config");

static int __init gm_parse_mode(u32 *parsed)
{
	if (!strcmp(mode, "exact"))
		*parsed = GHOSTMEM_MODE_EXACT;
	else if (!strcmp(mode, "off"))
		*parsed = GHOSTMEM_MODE_OFF;
	else
		return -EINVAL;
	return 0;
}

static int __init gm_init(void)
{
	const char *why = "unknown reason";
	u32 first_mode;
	int err;

	err = gm_parse_mode(&first_mode);
	if (err) {
		pr_err("ghostmem: mode=%s: give exact or off\n", mode);
		return err;
	}
	gm_irq_stack_init();
	gm_tracker_init(&gm_tracker, max_sites ?: gm_tracker_default_sites());

	/* The notifier first: a module that goes while hooks attach is not missed. */
	err = gm_unload_init();
	if (err)
		goto err_unload;
	err = gm_tracker_set_mode(&gm_tracker, first_mode, &why);
	if (err) {
		pr_err("ghostmem: not armed: %s (%d)\n", why, err);
		goto err_tracker;
	}
	err = gm_netlink_init();
	if (err)
		goto err_netlink;
	pr_info("ghostmem: %s, mode %s\n", GHOSTMEM_VERSION, mode);
	return 0;

err_netlink:
	gm_tracker_exit(&gm_tracker);
err_tracker:
	gm_unload_exit();
err_unload:
	return err;
}

static void __exit gm_exit(void)
{
	gm_netlink_exit();
	gm_tracker_exit(&gm_tracker);
	gm_unload_exit();
}

module_init(gm_init);
module_exit(gm_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("the ghostmem authors");
MODULE_DESCRIPTION("attributes memory that no line of /proc/meminfo counts");
MODULE_VERSION(GHOSTMEM_VERSION);
