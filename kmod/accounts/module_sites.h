/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which sites are those of a module, and what they hold: the tracker's answers to accounts.
 *
 * A site is a module's if its innermost frame of a module is in it, as leakctl says, too. It is
 * also a module's if another module allocates in a probe that was called through it: a helper, or
 * the driver of a device below. What a network driver receives and a protocol then allocates is
 * not.
 */
#ifndef GHOSTMEM_ACCOUNTS_MODULE_SITES_H
#define GHOSTMEM_ACCOUNTS_MODULE_SITES_H

#include "accounts/accounts.h"

/* Finds the functions that call probes. Without them, only innermost frames count. Sleeps. */
void gm_module_sites_init(void);

extern const struct gm_account_sites gm_module_sites;

#endif /* GHOSTMEM_ACCOUNTS_MODULE_SITES_H */
