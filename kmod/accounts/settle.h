/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lives that have ended: what is freed late settles, then a receipt is made.
 */
#ifndef GHOSTMEM_ACCOUNTS_SETTLE_H
#define GHOSTMEM_ACCOUNTS_SETTLE_H

#include "accounts/accounts.h"

/* Announces an event of an account, and of its life if that is not NULL. Sleeps. */
void gm_account_tell(struct gm_accounts *a, const struct gm_account *account, u32 kind,
		     const struct gm_life *life, u64 now_ms);

/* Ends the life of an account, which settles from now on. */
void gm_life_end(struct gm_accounts *a, struct gm_life *life, u64 now_ms);

/* Makes the receipts of all lives of @mod that have ended, whether or not they are due. Sleeps. */
void gm_accounts_close(struct gm_accounts *a, const struct module *mod, u64 now_ms);

#endif /* GHOSTMEM_ACCOUNTS_SETTLE_H */
