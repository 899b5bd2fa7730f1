// SPDX-License-Identifier: GPL-2.0
/*
 * ghostmem: who holds the memory that no line of /proc/meminfo counts.
 */
#include <linux/ghostmem.h>
#include <linux/init.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "compat/irq_stack.h"
#include "compat/trampoline.h"
#include "module_notifier.h"
#include "netlink/family.h"
#include "stack/unwind_cache.h"
#include "tracker.h"

static unsigned int max_sites;
module_param(max_sites, uint, 0444);
MODULE_PARM_DESC(max_sites, "room for so many allocation sites (0: by the size of memory)");

static char *mode = "sampled";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode,
		 "sampled: record a few allocations, and estimate (default); exact: all; off: wait for leakctl config");

static unsigned int interval_kib = (PAGE_SIZE >> 10) << GM_LEVEL_DEFAULT;
module_param(interval_kib, uint, 0444);
MODULE_PARM_DESC(interval_kib, "sampled: KiB between samples, a power of two from 8 (default: 512)");

static unsigned int budget_ppm = GM_BUDGET_DEFAULT_PPM;
module_param(budget_ppm, uint, 0444);
MODULE_PARM_DESC(budget_ppm,
		 "sampled: sample seldomer than that to cost less than so many millionths of all CPUs (default: 10000; 0: never)");

static bool skb;
module_param(skb, bool, 0444);
MODULE_PARM_DESC(skb, "watch the lifetimes of sk_buffs from the start on (default: no)");

static unsigned long max_skbs;
module_param(max_skbs, ulong, 0444);
MODULE_PARM_DESC(max_skbs, "room for so many sk_buffs, when they are watched (0: by the size of memory)");

static int __init gm_parse_mode(u32 *parsed)
{
	if (!strcmp(mode, "sampled"))
		*parsed = GHOSTMEM_MODE_SAMPLED;
	else if (!strcmp(mode, "exact"))
		*parsed = GHOSTMEM_MODE_EXACT;
	else if (!strcmp(mode, "off"))
		*parsed = GHOSTMEM_MODE_OFF;
	else
		return -EINVAL;
	return 0;
}

/* Says itself what is wrong. */
static int __init gm_parse(struct gm_settings *settings)
{
	u64 pages = ((u64)interval_kib << 10) >> PAGE_SHIFT;

	settings->set_mode = true;
	settings->set_level = true;
	settings->set_budget = true;
	settings->set_skb = skb;
	settings->skb = skb;
	if (gm_parse_mode(&settings->mode)) {
		pr_err("ghostmem: mode=%s: give sampled, exact or off\n", mode);
		return -EINVAL;
	}
	if (!is_power_of_2(interval_kib) || pages < BIT(GM_LEVEL_MIN) ||
	    pages > BIT(GM_LEVEL_MAX)) {
		pr_err("ghostmem: interval_kib=%u: give a power of two from 8 on\n", interval_kib);
		return -EINVAL;
	}
	if (budget_ppm > GM_BUDGET_MAX_PPM) {
		pr_err("ghostmem: budget_ppm=%u: give up to 1000000\n", budget_ppm);
		return -EINVAL;
	}
	settings->level = ilog2(pages);
	settings->budget_ppm = budget_ppm;
	return 0;
}

static int __init gm_init(void)
{
	const char *why = "unknown reason";
	struct gm_settings settings = {};
	int err;

	err = gm_parse(&settings);
	if (err)
		return err;
	gm_irq_stack_init();
	gm_trampolines_init();
	gm_frames_init();
	gm_tracker_init(&gm_tracker, max_sites ?: gm_tracker_default_sites(), max_skbs);

	/* The notifier first: a module that goes while hooks attach is not missed. */
	err = gm_module_notifier_init();
	if (err)
		goto err_notifier;
	err = gm_tracker_set(&gm_tracker, &settings, &why);
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
	gm_module_notifier_exit();
err_notifier:
	return err;
}

static void __exit gm_exit(void)
{
	gm_netlink_exit();
	gm_tracker_exit(&gm_tracker);
	gm_module_notifier_exit();
}

module_init(gm_init);
module_exit(gm_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("the ghostmem authors");
MODULE_DESCRIPTION("attributes memory that no line of /proc/meminfo counts");
MODULE_VERSION(GHOSTMEM_VERSION);
