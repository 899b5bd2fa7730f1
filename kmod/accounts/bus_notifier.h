/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells accounts of devices that are bound, unbound and removed, and of modules that are unloaded;
 * makes their receipts when they are due.
 *
 * Only buses that the kernel image exports are watched. The structs of others, such as virtio and
 * USB, belong to modules, which a notifier would have to keep from being unloaded.
 */
#ifndef GHOSTMEM_ACCOUNTS_BUS_NOTIFIER_H
#define GHOSTMEM_ACCOUNTS_BUS_NOTIFIER_H

#include "accounts/accounts.h"

/* The only instance, because the kernel's buses are the only ones. */
extern struct gm_accounts gm_accounts;

/* Begins with all devices that are bound. Returns 0 or a negative error. Both functions sleep. */
int gm_bus_notifier_init(void);

/* Returns when no notifier runs any more, and frees all accounts. Nobody may read them any more. */
void gm_bus_notifier_exit(void);

/* The time on the clock of accounts. */
u64 gm_accounts_now_ms(void);

#endif /* GHOSTMEM_ACCOUNTS_BUS_NOTIFIER_H */
