// SPDX-License-Identifier: GPL-2.0
/*
 * Sites of modules. See module_sites.h.
 */
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "accounts/module_sites.h"
#include "compat/lookup.h"
#include "reader.h"

/*
 * The driver core's function that calls probes, and that of the PCI core, which may call them from
 * a work item on the CPU that is next to the device.
 */
static const char *const gm_probers[] = { "really_probe", "local_pci_probe" };

static struct {
	unsigned long begin;
	unsigned long end;
} gm_prober[ARRAY_SIZE(gm_probers)];

void gm_module_sites_init(void)
{
	unsigned long size;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gm_probers); i++) {
		gm_prober[i].begin = gm_lookup_function(gm_probers[i], &size);
		gm_prober[i].end = gm_prober[i].begin ? gm_prober[i].begin + size : 0;
	}
}

static bool gm_is_prober(unsigned long frame)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gm_probers); i++) {
		if (frame > gm_prober[i].begin && frame <= gm_prober[i].end)
			return true;
	}
	return false;
}

/**
 * struct gm_module_look - a look at the sites of a module
 * @view:	what the tracker shows
 * @mod:	the module
 * @shares:	what its sites hold
 */
struct gm_module_look {
	struct gm_view view;
	const struct module *mod;
	struct gm_shares *shares;
};

/* Whether a frame is in the module, also if it was in init text that has been freed meanwhile. */
static bool gm_frame_is_of(const struct gm_module_look *look, unsigned long frame)
{
	const struct gm_symbol *symbol;

	if (!gm_symbols_is_frozen(frame))
		return within_module(frame, look->mod);
	symbol = gm_symbols_frozen(look->view.symbols, frame);
	return symbol && symbol->state == GHOSTMEM_CODE_LIVE &&
	       !strcmp(symbol->module, look->mod->name);
}

static bool gm_frame_is_of_any(unsigned long frame)
{
	return gm_symbols_is_frozen(frame) || (frame >= MODULES_VADDR && frame < MODULES_END);
}

static bool gm_site_is_of(const struct gm_module_look *look, const struct gm_site *site)
{
	unsigned int i, depth = READ_ONCE(site->depth);
	bool others = false, ours = false;

	for (i = 0; i < depth; i++) {
		unsigned long frame = READ_ONCE(site->frame[i]);

		if (gm_frame_is_of(look, frame)) {
			if (!others)
				return true;
			ours = true;
		} else if (ours && gm_is_prober(frame)) {
			return true;
		} else if (gm_frame_is_of_any(frame) && !within_module(frame, THIS_MODULE)) {
			others = true;
		}
	}
	return false;
}

static bool gm_module_look(void *ctx)
{
	struct gm_module_look *look = ctx;
	const struct gm_sites *sites = look->view.sites;
	struct gm_site_counts counts;
	u32 id;

	for (id = GM_FIRST_ID; id < gm_sites_end(sites); id++) {
		cond_resched();
		gm_site_read(sites, id, &counts);
		if (counts.live && gm_site_is_of(look, &sites->site[id]))
			gm_shares_append(look->shares, id, counts.live);
	}
	return true;
}

static u32 gm_sites_of_module(const struct module *mod, struct gm_shares *shares)
{
	struct gm_module_look look = { .mod = mod, .shares = shares };

	if (!gm_tracker_read(&gm_tracker, GM_RECORDS_PAGES, &look.view, gm_module_look, &look))
		return 0;
	return look.view.generation;
}

static bool gm_shares_look(void *ctx)
{
	struct gm_module_look *look = ctx;
	struct gm_shares *shares = look->shares;
	struct gm_site_counts counts = {};
	u32 i;

	for (i = 0; i < shares->nr; i++) {
		counts.live = 0;
		if (gm_sites_valid(look->view.sites, shares->share[i].site))
			gm_site_read(look->view.sites, shares->share[i].site, &counts);
		shares->share[i].pages = counts.live;
	}
	return true;
}

static u32 gm_sites_again(struct gm_shares *shares)
{
	struct gm_module_look look = { .shares = shares };

	if (!gm_tracker_read(&gm_tracker, GM_RECORDS_PAGES, &look.view, gm_shares_look, &look))
		return 0;
	return look.view.generation;
}

const struct gm_account_sites gm_module_sites = {
	.of_module = gm_sites_of_module,
	.again = gm_sites_again,
};
