/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of accounts, and the lock of all accounts.
 */
#ifndef GHOSTMEM_ACCOUNTS_TABLE_H
#define GHOSTMEM_ACCOUNTS_TABLE_H

#include "accounts/accounts.h"

/*
 * While the lock is held, no allocation waits for I/O or for a file system: the I/O may be that of
 * a device whose removal, which would end it, waits for the lock.
 */
void gm_accounts_lock(struct gm_accounts *a);
void gm_accounts_unlock(struct gm_accounts *a);

/* Takes the lock, and returns @now_ms, or the time that was told before if that is later. */
u64 gm_accounts_lock_at(struct gm_accounts *a, u64 now_ms);

/* Returns the account of the device or module at the address @key, or NULL. */
struct gm_account *gm_account_at(const struct gm_accounts *a, const void *key);

/* Returns the account of one that has gone and had these names, or NULL. */
struct gm_account *gm_account_named(const struct gm_accounts *a,
				    const struct gm_identity *identity);

/* Returns the account of @subject, which is made if there is none; NULL if it cannot be. Sleeps. */
struct gm_account *gm_account_of(struct gm_accounts *a, const struct gm_subject *subject);

/* Frees an account that has nothing to tell: it has no life, and no receipt was or will be made. */
void gm_account_drop(struct gm_accounts *a, struct gm_account *account);

/* Frees all. */
void gm_accounts_clear(struct gm_accounts *a);

#endif /* GHOSTMEM_ACCOUNTS_TABLE_H */
