// SPDX-License-Identifier: GPL-2.0
/*
 * Parameters. See params.h.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>

#include "params.h"

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
		 "sampled: sample less often than that to cost less than so many millionths of all CPUs (default: 10000; 0: never)");

static bool skb;
module_param(skb, bool, 0444);
MODULE_PARM_DESC(skb, "watch the lifetimes of sk_buffs from the start on (default: no)");

static unsigned long max_skbs;
module_param(max_skbs, ulong, 0444);
MODULE_PARM_DESC(max_skbs, "room for so many sk_buffs, when they are watched (0: by the size of memory)");

static int gm_params_mode(u32 *parsed)
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

/*
 * Returns the number of records that the table called @name is given room for, if @asked are asked
 * for; logs it where that is another number. 0 leaves the choice to the table.
 */
static unsigned long gm_params_room(const char *name, unsigned long asked, unsigned long least,
				    unsigned long most)
{
	unsigned long taken = clamp(asked, least, most);

	if (!asked || taken == asked)
		return asked;
	pr_warn("ghostmem: %s=%lu: taken as %lu; give a number from %lu to %lu\n", name, asked,
		taken, least, most);
	return taken;
}

int gm_params_parse(struct gm_params *params)
{
	u64 pages = ((u64)interval_kib << 10) >> PAGE_SHIFT;
	struct gm_settings *settings = &params->settings;

	if (gm_params_mode(&settings->mode)) {
		pr_err("ghostmem: mode=%s: give sampled, exact or off\n", mode);
		return -EINVAL;
	}
	if (!is_power_of_2(interval_kib) || pages < BIT(GHOSTMEM_LEVEL_MIN) ||
	    pages > BIT(GHOSTMEM_LEVEL_MAX)) {
		pr_err("ghostmem: interval_kib=%u: give a power of two from 8 on\n", interval_kib);
		return -EINVAL;
	}
	if (budget_ppm > GHOSTMEM_BUDGET_PPM_MAX) {
		pr_err("ghostmem: budget_ppm=%u: give up to 1000000\n", budget_ppm);
		return -EINVAL;
	}
	settings->set_mode = true;
	settings->set_level = true;
	settings->level = ilog2(pages);
	settings->set_budget = true;
	settings->budget_ppm = budget_ppm;
	settings->set_skb = skb;
	settings->skb = skb;
	params->mode = mode;
	/* The parameters in sysfs then have the values that are used. */
	max_sites = gm_params_room("max_sites", max_sites, GM_SITES_MIN, GM_SITES_MAX);
	max_skbs = gm_params_room("max_skbs", max_skbs, GM_SKB_MAP_MIN, GM_SKB_MAP_MAX);
	params->max_sites = max_sites;
	params->max_skbs = max_skbs;
	return 0;
}
