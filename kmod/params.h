/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parameters of the module.
 */
#ifndef GHOSTMEM_PARAMS_H
#define GHOSTMEM_PARAMS_H

#include "tracker.h"

/**
 * struct gm_params - what the parameters ask for
 * @settings:	settings to apply at load
 * @mode:	name of the mode in @settings
 * @max_sites:	capacity of the site table; 0: chosen by the size of memory
 * @max_skbs:	capacity of the table of sk_buffs; 0: chosen by the size of memory
 */
struct gm_params {
	struct gm_settings settings;
	const char *mode;
	u32 max_sites;
	unsigned long max_skbs;
};

/* Returns 0, or -EINVAL after logging which parameter is wrong. */
int gm_params_parse(struct gm_params *params);

#endif /* GHOSTMEM_PARAMS_H */
