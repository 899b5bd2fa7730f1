/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounts of devices and modules: what they hold, and what their earlier lives have left.
 *
 * This file knows neither the driver core nor the tracker: whoever is notified by the kernel calls
 * the functions below, and a table of functions tells what the sites of a module hold.
 */
#ifndef GHOSTMEM_ACCOUNTS_ACCOUNTS_H
#define GHOSTMEM_ACCOUNTS_ACCOUNTS_H

#include <linux/mutex.h>
#include <linux/types.h>

#include <linux/ghostmem.h>

#include "accounts/event_queue.h"
#include "accounts/life.h"
#include "accounts/shares.h"

/**
 * struct gm_account - an account
 * @id:		its number
 * @key:	the struct device or struct module, which is only compared; NULL once that has gone
 * @identity:	names; a device or module with the same bus and name has the same account
 * @state:	enum ghostmem_account_state
 * @since_ms:	when that began
 * @lives:	lives that have a receipt
 * @life:	the life of a device that is bound, or being bound or unbound; or NULL
 * @settling:	number of lives that have ended and have no receipt yet
 * @left:	the sum of what all lives have left
 */
struct gm_account {
	u32 id;
	const void *key;
	struct gm_identity identity;
	u32 state;
	u64 since_ms;
	u32 lives;
	struct gm_life *life;
	u32 settling;
	struct gm_shares left;
};

/**
 * struct gm_account_sites - tells what sites hold
 * @of_module:	appends to a list what the sites of a module hold now
 * @again:	replaces all pages in a list by what these sites hold now
 *
 * Both return the generation of the sites, or 0 while nothing is recorded; then they do nothing
 * else. Both sleep, and allocate nothing.
 */
struct gm_account_sites {
	u32 (*of_module)(const struct module *mod, struct gm_shares *shares);
	u32 (*again)(struct gm_shares *shares);
};

/**
 * struct gm_accounts - an instance
 * @lock:	protects all of the instance. Taken with the lock of a device held, and by the
 *		module notifier; the tracker's lock of records is taken under it. See table.h
 * @noio:	what gm_accounts_unlock() restores
 * @now_ms:	the latest time that has been told
 * @stopped:	no module is looked at any more by gm_accounts_settle()
 * @sites:	tells what sites hold
 * @scratch:	a list with room for GM_SHARES_MAX shares, to look at sites without allocating
 * @generation:	of the sites in all lists; 0: nothing is recorded, and all lists are empty
 * @account:	the accounts; those that are NULL are free
 * @ids:	number of accounts that there have been
 * @settling:	lives that have ended and have no receipt yet
 * @events:	events
 * @unknown:	lives that have no account, because there was no room or no memory, and accounts
 *		with something left that had to make room; read without the lock
 */
struct gm_accounts {
	struct mutex lock; /* protects all of it */
	unsigned int noio;
	u64 now_ms;
	bool stopped;
	const struct gm_account_sites *sites;
	struct gm_shares scratch;
	u32 generation;
	struct gm_account *account[GHOSTMEM_ACCOUNTS_MAX];
	u32 ids;
	struct gm_life *settling;
	struct gm_event_queue events;
	unsigned long unknown;
};

/**
 * struct gm_subject - a device, with the driver that it has or is about to have; or a module
 * @key:	its struct device or struct module
 * @mod:	the driver's module, NULL if it is built in; or the module
 * @identity:	its names
 */
struct gm_subject {
	const void *key;
	const struct module *mod;
	struct gm_identity identity;
};

/* Returns 0 or -ENOMEM. Sleeps. */
int gm_accounts_init(struct gm_accounts *a, const struct gm_account_sites *sites);

/* Nobody calls any other function any more. */
void gm_accounts_destroy(struct gm_accounts *a);

/*
 * A device is found with its driver, when we begin; or one cannot be looked at. All functions down
 * to gm_accounts_settle() sleep. @now_ms is CLOCK_BOOTTIME.
 */
void gm_accounts_present(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms);
void gm_accounts_absent(struct gm_accounts *a);

/* A probe is about to begin; has succeeded; has failed. */
void gm_accounts_bind(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms);
void gm_accounts_bound(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms);
void gm_accounts_not_bound(struct gm_accounts *a, const void *key, u64 now_ms);

/* A driver is about to let go of a device; has done so; the device has gone. */
void gm_accounts_unbind(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms);
void gm_accounts_unbound(struct gm_accounts *a, const void *key, u64 now_ms);
void gm_accounts_removed(struct gm_accounts *a, const void *key, u64 now_ms);

/* The exit function of a module has run, and its text is about to go. */
void gm_accounts_unload(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms);

/* Makes the receipts that are due. Returns the ms until the next one is, or 0 if there is none. */
u64 gm_accounts_settle(struct gm_accounts *a, u64 now_ms);

/*
 * From now on gm_accounts_settle() does nothing: called before gm_accounts_unload() is no longer
 * called, so that it does not look at the sites of a module that has gone unnoticed. Sleeps.
 */
void gm_accounts_stop(struct gm_accounts *a);

/* Counts a life that has no account. The caller holds the lock. */
void gm_accounts_miss(struct gm_accounts *a);

#endif /* GHOSTMEM_ACCOUNTS_ACCOUNTS_H */
