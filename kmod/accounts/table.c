// SPDX-License-Identifier: GPL-2.0
/*
 * The table of accounts. See table.h.
 */
#include <linux/kernel.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "accounts/table.h"

void gm_accounts_lock(struct gm_accounts *a)
{
	mutex_lock(&a->lock);
	a->noio = memalloc_noio_save();
}

void gm_accounts_unlock(struct gm_accounts *a)
{
	memalloc_noio_restore(a->noio);
	mutex_unlock(&a->lock);
}

u64 gm_accounts_lock_at(struct gm_accounts *a, u64 now_ms)
{
	gm_accounts_lock(a);
	/* Somebody who read the clock later may have had the lock first. */
	if (a->now_ms < now_ms)
		a->now_ms = now_ms;
	return a->now_ms;
}

struct gm_account *gm_account_at(const struct gm_accounts *a, const void *key)
{
	unsigned int i;

	lockdep_assert_held(&a->lock);
	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		if (a->account[i] && a->account[i]->key == key)
			return a->account[i];
	}
	return NULL;
}

struct gm_account *gm_account_named(const struct gm_accounts *a,
				    const struct gm_identity *identity)
{
	unsigned int i;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		struct gm_account *account = a->account[i];

		/* A device that is there is known by its address: it may have been renamed. */
		if (account && !account->key && !strcmp(account->identity.bus, identity->bus) &&
		    !strcmp(account->identity.name, identity->name))
			return account;
	}
	return NULL;
}

static void gm_account_free(struct gm_account *account)
{
	gm_life_free(account->life);
	gm_shares_clear(&account->left);
	kfree(account);
}

/* Whether the account may be replaced: what it stands for has gone, and no receipt is to come. */
static bool gm_account_is_over(const struct gm_account *account)
{
	return !account->key && !account->life && !account->settling;
}

static u64 gm_account_left_pages(const struct gm_account *account)
{
	u64 pages = 0;
	u32 i;

	for (i = 0; i < account->left.nr; i++) {
		if (account->left.share[i].pages > 0)
			pages += account->left.share[i].pages;
	}
	return pages;
}

/* Whether @one tells less than @other: it has left less, or the same longer ago. */
static bool gm_account_tells_less(const struct gm_account *one, const struct gm_account *other)
{
	u64 left = gm_account_left_pages(one), other_left = gm_account_left_pages(other);

	return left != other_left ? left < other_left : one->since_ms < other->since_ms;
}

/* Frees the place of the account that tells least of those that are over. Returns it, or -1. */
static int gm_accounts_replace(struct gm_accounts *a)
{
	int i, least = -1;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		if (gm_account_is_over(a->account[i]) &&
		    (least < 0 || gm_account_tells_less(a->account[i], a->account[least])))
			least = i;
	}
	if (least < 0)
		return -1;
	if (gm_account_left_pages(a->account[least]))
		gm_accounts_miss(a);
	gm_account_free(a->account[least]);
	a->account[least] = NULL;
	return least;
}

/*
 * Returns a place for a new account, or -1. Nothing is known of devices whose drivers are built in
 * but that they are there, so they replace nothing, and leave half of the table to others.
 */
static int gm_accounts_place(struct gm_accounts *a, bool builtin)
{
	unsigned int used = 0;
	int i, place = -1;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		if (a->account[i])
			used++;
		else if (place < 0)
			place = i;
	}
	if (builtin)
		return used < GHOSTMEM_ACCOUNTS_MAX / 2 ? place : -1;
	return place < 0 ? gm_accounts_replace(a) : place;
}

struct gm_account *gm_account_of(struct gm_accounts *a, const struct gm_subject *subject)
{
	struct gm_account *account = gm_account_at(a, subject->key) ?:
				     gm_account_named(a, &subject->identity);
	int place;

	if (!account) {
		place = gm_accounts_place(a, !subject->mod);
		account = place < 0 ? NULL : kzalloc(sizeof(*account), GFP_KERNEL);
		if (!account)
			return NULL;
		account->id = ++a->ids;
		a->account[place] = account;
	}
	account->key = subject->key;
	account->identity = subject->identity;
	return account;
}

void gm_account_drop(struct gm_accounts *a, struct gm_account *account)
{
	unsigned int i;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		if (a->account[i] == account)
			a->account[i] = NULL;
	}
	gm_account_free(account);
}

void gm_accounts_clear(struct gm_accounts *a)
{
	unsigned int i;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		if (a->account[i])
			gm_account_free(a->account[i]);
		a->account[i] = NULL;
	}
}
