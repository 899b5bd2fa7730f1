/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Learns the layout of SLUB's structures from two caches that are made for this purpose.
 */
#ifndef GHOSTMEM_CENSUS_HOLDERS_CALIBRATE_H
#define GHOSTMEM_CENSUS_HOLDERS_CALIBRATE_H

struct gm_slub;

/*
 * Returns 0 if all of the layout was found; else -ENOMEM, or -ENODEV if the kernel's slabs are laid
 * out in a way that this module does not know, and @why. Sleeps.
 */
int gm_calibrate(struct gm_slub *l, const char **why);

#endif /* GHOSTMEM_CENSUS_HOLDERS_CALIBRATE_H */
