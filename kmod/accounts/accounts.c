// SPDX-License-Identifier: GPL-2.0
/*
 * Accounts. See accounts.h.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "accounts/accounts.h"
#include "accounts/look.h"
#include "accounts/settle.h"
#include "accounts/table.h"

static void gm_account_enter(struct gm_account *account, u32 state, u64 now_ms)
{
	account->state = state;
	account->since_ms = now_ms;
}

void gm_accounts_miss(struct gm_accounts *a)
{
	WRITE_ONCE(a->unknown, a->unknown + 1);
}

/* Returns the life at place @i of the table if its device has, or is probed by, a driver of @mod. */
static struct gm_life *gm_life_in(const struct gm_accounts *a, unsigned int i,
				  const struct module *mod)
{
	struct gm_life *life = a->account[i] ? a->account[i]->life : NULL;

	return life && mod && life->mod == mod ? life : NULL;
}

/*
 * A probe begins. Whether it succeeds is not known yet, so the others are not shared by it; but
 * what it takes, and what others that are being probed take, is not told apart.
 */
static void gm_life_meet(struct gm_accounts *a, struct gm_life *life)
{
	unsigned int i;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		struct gm_life *other = gm_life_in(a, i, life->mod);

		if (!other || other == life)
			continue;
		life->company = true;
		other->company |= other->probing;
	}
}

/* The device has its driver: if others have one of the same module, all of them share it. */
static void gm_life_join(struct gm_accounts *a, struct gm_life *life)
{
	unsigned int i;

	life->probing = false;
	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		struct gm_life *other = gm_life_in(a, i, life->mod);

		if (!other || other == life || other->probing)
			continue;
		other->flags |= GHOSTMEM_ACCOUNT_F_SHARED;
		life->flags |= GHOSTMEM_ACCOUNT_F_SHARED;
	}
}

/* The life is about to end. Whoever is there now may allocate before its receipt is made. */
static void gm_life_part(struct gm_accounts *a, struct gm_life *life)
{
	unsigned int i;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		struct gm_life *other = gm_life_in(a, i, life->mod);

		if (other && other != life)
			life->flags |= GHOSTMEM_ACCOUNT_F_SHARED;
	}
	if (life->probing && life->company)
		life->flags |= GHOSTMEM_ACCOUNT_F_SHARED;
	gm_shares_clear(&life->unbind);
	gm_shares_copy(&life->unbind, &life->probed);
	gm_accounts_look_again(a, &life->unbind);
}

/* Returns NULL if there is no memory. */
static struct gm_life *gm_life_begin(struct gm_account *account, const struct module *mod,
				     u64 now_ms)
{
	struct gm_life *life = kzalloc(sizeof(*life), GFP_KERNEL);

	if (!life)
		return NULL;
	life->account = account;
	life->identity = account->identity;
	life->mod = mod;
	life->began_ms = now_ms;
	if (!mod)
		life->flags |= GHOSTMEM_ACCOUNT_F_BUILTIN;
	account->life = life;
	return life;
}

/*
 * Limits what all lives have left to what the sites still hold, before the next life allocates
 * there: or that would seem to be what was left and has been freed long since.
 */
static void gm_accounts_limit(struct gm_accounts *a)
{
	unsigned int i;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		struct gm_account *account = a->account[i];
		struct gm_shares live = {};

		if (!account || !account->left.nr)
			continue;
		gm_shares_copy(&live, &account->left);
		gm_accounts_look_again(a, &live);
		/* Without memory for the list there is nothing to compare. */
		if (live.nr == account->left.nr)
			gm_shares_limit(&account->left, &live);
		gm_shares_clear(&live);
	}
}

/* A life may begin without the end of the last one, if the driver core tests the removal. */
static struct gm_life *gm_account_restart(struct gm_accounts *a, struct gm_account *account,
					  const struct module *mod, u64 now_ms)
{
	struct gm_life *life = account->life;

	if (life) {
		gm_life_part(a, life);
		gm_life_end(a, life, now_ms);
	}
	return gm_life_begin(account, mod, now_ms);
}

void gm_accounts_bind(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	struct gm_account *account;
	struct gm_life *life;

	now_ms = gm_accounts_lock_at(a, now_ms);
	gm_accounts_renew(a);
	/* What the driver allocates from now on would be in the receipts of earlier lives. */
	if (subject->mod) {
		gm_accounts_close(a, subject->mod, now_ms);
		gm_accounts_limit(a);
	}
	account = gm_account_of(a, subject);
	life = account ? gm_account_restart(a, account, subject->mod, now_ms) : NULL;
	if (life) {
		life->probing = true;
		gm_account_enter(account, GHOSTMEM_ACCOUNT_PROBING, now_ms);
		gm_life_meet(a, life);
		gm_accounts_look(a, life->mod, &life->begin);
	} else if (subject->mod) {
		gm_accounts_miss(a);
	}
	gm_accounts_unlock(a);
}

/* Returns the life of a device that has a driver; one that is not known yet began before us. */
static struct gm_life *gm_life_of(struct gm_accounts *a, const struct gm_subject *subject,
				  u64 now_ms)
{
	struct gm_account *account = gm_account_of(a, subject);
	struct gm_life *life = account ? account->life : NULL;

	if (account && !life) {
		life = gm_life_begin(account, subject->mod, now_ms);
		gm_account_enter(account, GHOSTMEM_ACCOUNT_BOUND, now_ms);
		if (life) {
			life->flags |= GHOSTMEM_ACCOUNT_F_LATE;
			gm_life_join(a, life);
		}
	}
	return life;
}

void gm_accounts_present(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	now_ms = gm_accounts_lock_at(a, now_ms);
	if (!gm_life_of(a, subject, now_ms) && subject->mod)
		gm_accounts_miss(a);
	gm_accounts_unlock(a);
}

void gm_accounts_absent(struct gm_accounts *a)
{
	gm_accounts_lock(a);
	gm_accounts_miss(a);
	gm_accounts_unlock(a);
}

void gm_accounts_bound(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	struct gm_shares now = {};
	struct gm_life *life;

	now_ms = gm_accounts_lock_at(a, now_ms);
	life = gm_life_of(a, subject, now_ms);
	if (life) {
		gm_accounts_look(a, life->mod, &now);
		gm_life_probed(life, &now);
		gm_shares_clear(&now);
		gm_life_join(a, life);
		gm_account_enter(life->account, GHOSTMEM_ACCOUNT_BOUND, now_ms);
		gm_account_tell(a, life->account, GHOSTMEM_EVENT_BOUND, life, now_ms);
	}
	gm_accounts_unlock(a);
}

void gm_accounts_not_bound(struct gm_accounts *a, const void *key, u64 now_ms)
{
	struct gm_shares now = {};
	struct gm_account *account;
	struct gm_life *life;

	now_ms = gm_accounts_lock_at(a, now_ms);
	account = gm_account_at(a, key);
	life = account ? account->life : NULL;
	if (life) {
		gm_account_enter(account, GHOSTMEM_ACCOUNT_UNBOUND, now_ms);
		life->flags |= GHOSTMEM_ACCOUNT_F_FAILED;
		gm_accounts_look(a, life->mod, &now);
		gm_life_probed(life, &now);
		gm_shares_clear(&now);
		gm_life_part(a, life);
		gm_life_end(a, life, now_ms);
	}
	gm_accounts_unlock(a);
}

void gm_accounts_unbind(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	struct gm_life *life;

	now_ms = gm_accounts_lock_at(a, now_ms);
	life = gm_life_of(a, subject, now_ms);
	if (life)
		gm_life_part(a, life);
	gm_accounts_unlock(a);
}

void gm_accounts_unbound(struct gm_accounts *a, const void *key, u64 now_ms)
{
	struct gm_account *account;

	now_ms = gm_accounts_lock_at(a, now_ms);
	account = gm_account_at(a, key);
	if (account && account->life) {
		gm_account_enter(account, GHOSTMEM_ACCOUNT_UNBOUND, now_ms);
		gm_account_tell(a, account, GHOSTMEM_EVENT_UNBOUND, account->life, now_ms);
		gm_life_end(a, account->life, now_ms);
	}
	gm_accounts_unlock(a);
}

void gm_accounts_removed(struct gm_accounts *a, const void *key, u64 now_ms)
{
	struct gm_account *account;

	now_ms = gm_accounts_lock_at(a, now_ms);
	account = gm_account_at(a, key);
	if (account) {
		gm_account_enter(account, GHOSTMEM_ACCOUNT_REMOVED, now_ms);
		gm_account_tell(a, account, GHOSTMEM_EVENT_REMOVED, NULL, now_ms);
		account->key = NULL;
		if (account->life)
			gm_life_end(a, account->life, now_ms);
	}
	gm_accounts_unlock(a);
}

/* Makes the lives of a module whose text is about to go remember its sites: @last. */
static void gm_accounts_detach(struct gm_accounts *a, const struct module *mod,
			       const struct gm_shares *last)
{
	struct gm_life *life;
	unsigned int i;

	for (life = a->settling; life; life = life->next) {
		if (life->mod == mod)
			gm_life_detach(life, last);
	}
	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		life = gm_life_in(a, i, mod);
		if (life)
			gm_life_detach(life, last);
	}
}

void gm_accounts_unload(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	struct gm_account *account;
	struct gm_life *life;
	struct gm_shares last = {};

	now_ms = gm_accounts_lock_at(a, now_ms);
	gm_accounts_look(a, subject->mod, &last);
	gm_accounts_detach(a, subject->mod, &last);
	account = gm_account_named(a, &subject->identity);
	/* Most modules that are unloaded leave nothing, and need no account. */
	if (!account && last.nr)
		account = gm_account_of(a, subject);
	if (account)
		account->key = NULL;
	life = account ? gm_life_begin(account, NULL, now_ms) : NULL;
	if (life) {
		life->flags = 0;
		gm_life_detach(life, &last);
		gm_account_enter(account, GHOSTMEM_ACCOUNT_UNLOADED, now_ms);
		gm_account_tell(a, account, GHOSTMEM_EVENT_UNLOADED, life, now_ms);
		gm_life_end(a, life, now_ms);
	} else if (last.nr) {
		gm_accounts_miss(a);
	}
	gm_shares_clear(&last);
	gm_accounts_unlock(a);
}

void gm_accounts_stop(struct gm_accounts *a)
{
	gm_accounts_lock(a);
	a->stopped = true;
	gm_accounts_unlock(a);
}

int gm_accounts_init(struct gm_accounts *a, const struct gm_account_sites *sites)
{
	memset(a, 0, sizeof(*a));
	mutex_init(&a->lock);
	a->sites = sites;
	a->scratch.share = kvcalloc(GM_SHARES_MAX, sizeof(*a->scratch.share), GFP_KERNEL);
	if (!a->scratch.share)
		return -ENOMEM;
	a->scratch.room = GM_SHARES_MAX;
	gm_accounts_renew(a);
	return 0;
}

void gm_accounts_destroy(struct gm_accounts *a)
{
	struct gm_life *life;

	while ((life = a->settling)) {
		a->settling = life->next;
		gm_life_free(life);
	}
	gm_accounts_clear(a);
	gm_event_queue_clear(&a->events);
	kvfree(a->scratch.share);
	a->scratch = (struct gm_shares){};
}
