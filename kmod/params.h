/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parameters of the module.
 */
#ifndef GHOSTMEM_PARAMS_H
#define GHOSTMEM_PARAMS_H

#include "tracker.h"

/**
 * struct gm_params - what the parameters ask for
 * @settings:	what is set at load
 * @mode:	the name of its mode
 * @max_sites:	room of the site table; 0: by the size of memory
 * @max_skbs:	room of the table of sk_buffs; likewise
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
