// SPDX-License-Identifier: GPL-2.0
/*
 * Accounts. See accounts.h.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "accounts/accounts.h"
#include "accounts/look.h"

static struct gm_account *gm_account_at(const struct gm_accounts *a, const void *key)
{
	unsigned int i;

	lockdep_assert_held(&a->lock);
	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		if (a->account[i] && a->account[i]->key == key)
			return a->account[i];
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

/* Returns a place for a new account, or -1. */
static int gm_accounts_place(struct gm_accounts *a)
{
	int i, oldest = -1;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		if (!a->account[i])
			return i;
		if (gm_account_is_over(a->account[i]) &&
		    (oldest < 0 || a->account[i]->since_ms < a->account[oldest]->since_ms))
			oldest = i;
	}
	if (oldest >= 0) {
		gm_account_free(a->account[oldest]);
		a->account[oldest] = NULL;
	}
	return oldest;
}

static struct gm_account *gm_account_named(const struct gm_accounts *a,
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

/* Returns the account of @subject, which is made if there is none; NULL if it cannot be. */
static struct gm_account *gm_account_of(struct gm_accounts *a, const struct gm_subject *subject)
{
	struct gm_account *account = gm_account_at(a, subject->key) ?:
				     gm_account_named(a, &subject->identity);
	int place;

	if (!account) {
		place = gm_accounts_place(a);
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

static void gm_account_enter(struct gm_account *account, u32 state, u64 now_ms)
{
	account->state = state;
	account->since_ms = now_ms;
}

static void gm_account_tell(struct gm_accounts *a, const struct gm_account *account, u32 kind,
			    const struct gm_life *life, u64 now_ms)
{
	struct gm_account_event event = {
		.kind = kind,
		.at_ms = now_ms,
		.account = account->id,
		.flags = life ? life->flags : 0,
		.identity = account->identity,
	};

	gm_event_queue_push(&a->events, &event);
}

/* Whether a device other than that of @life has, or is about to have, a driver of its module. */
static bool gm_life_is_joined(struct gm_accounts *a, const struct gm_life *life)
{
	bool joined = false;
	unsigned int i;

	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		struct gm_life *other = a->account[i] ? a->account[i]->life : NULL;

		if (!other || other == life || other->mod != life->mod)
			continue;
		other->flags |= GHOSTMEM_ACCOUNT_F_SHARED;
		joined = true;
	}
	return joined;
}

/* Returns NULL if there is no memory. */
static struct gm_life *gm_life_begin(struct gm_accounts *a, struct gm_account *account,
				     const struct module *mod, u64 now_ms)
{
	struct gm_life *life = kzalloc(sizeof(*life), GFP_KERNEL);

	if (!life)
		return NULL;
	life->account = account;
	life->mod = mod;
	life->began_ms = now_ms;
	account->life = life;
	if (!mod)
		life->flags |= GHOSTMEM_ACCOUNT_F_BUILTIN;
	else if (gm_life_is_joined(a, life))
		life->flags |= GHOSTMEM_ACCOUNT_F_SHARED;
	return life;
}

static void gm_life_end(struct gm_accounts *a, struct gm_life *life, u64 now_ms)
{
	life->account->life = NULL;
	life->account->settling++;
	life->ended = true;
	life->ended_ms = now_ms;
	life->next = a->settling;
	a->settling = life;
}

/* Makes the receipt of the life at *@at, which has ended; takes it off the list and frees it. */
static void gm_life_close(struct gm_accounts *a, struct gm_life **at, u64 now_ms)
{
	struct gm_life *life = *at;
	struct gm_account *account = life->account;
	struct gm_account_event event = {
		.kind = GHOSTMEM_EVENT_RECEIPT,
		.at_ms = now_ms,
		.account = account->id,
		.life_ms = life->ended_ms - life->began_ms,
		.settled_ms = now_ms - life->ended_ms,
		.identity = account->identity,
	};

	/* Still in the list: if the sites have been forgotten, so is what the life knew of them. */
	gm_life_now(a, life, &event.left);
	*at = life->next;
	gm_life_left(life, &event.left);
	event.flags = life->flags;
	if (!a->generation)
		event.flags |= GHOSTMEM_ACCOUNT_F_FORGOTTEN;
	if (now_ms < life->ended_ms + GHOSTMEM_SETTLE_MS)
		event.flags |= GHOSTMEM_ACCOUNT_F_CUT_SHORT;
	account->settling--;
	gm_shares_add(&account->left, &event.left, 1);
	gm_shares_trim(&event.left);
	/* A probe is tried again and again until what it needs is there: that is no event. */
	if (!(life->flags & GHOSTMEM_ACCOUNT_F_FAILED) || event.left.nr) {
		account->lives++;
		gm_event_queue_push(&a->events, &event);
	}
	gm_shares_clear(&event.left);
	gm_life_free(life);
}

/* Makes the receipts of the lives that are due, and if @mod is not NULL, all those of @mod. */
static void gm_accounts_close(struct gm_accounts *a, const struct module *mod, u64 now_ms)
{
	struct gm_life **at = &a->settling;

	while (*at) {
		if (now_ms < (*at)->ended_ms + GHOSTMEM_SETTLE_MS && (!mod || (*at)->mod != mod))
			at = &(*at)->next;
		else
			gm_life_close(a, at, now_ms);
	}
}

void gm_accounts_bind(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	struct gm_account *account;
	struct gm_life *life;

	mutex_lock(&a->lock);
	gm_accounts_renew(a);
	/* What the driver allocates from now on would be in the receipts of earlier lives. */
	if (subject->mod)
		gm_accounts_close(a, subject->mod, now_ms);
	account = gm_account_of(a, subject);
	if (account && account->life)
		gm_life_end(a, account->life, now_ms);
	life = account ? gm_life_begin(a, account, subject->mod, now_ms) : NULL;
	if (life)
		gm_life_look(a, life, &life->begin);
	else
		a->unknown++;
	mutex_unlock(&a->lock);
}

/* Returns the life of a device that has a driver; one that is not known yet began before us. */
static struct gm_life *gm_life_of(struct gm_accounts *a, const struct gm_subject *subject,
				  u64 now_ms)
{
	struct gm_account *account = gm_account_of(a, subject);
	struct gm_life *life = account ? account->life : NULL;

	if (account && !life) {
		life = gm_life_begin(a, account, subject->mod, now_ms);
		gm_account_enter(account, GHOSTMEM_ACCOUNT_BOUND, now_ms);
		if (life)
			life->flags |= GHOSTMEM_ACCOUNT_F_LATE;
	}
	return life;
}

void gm_accounts_present(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	mutex_lock(&a->lock);
	if (!gm_life_of(a, subject, now_ms))
		a->unknown++;
	mutex_unlock(&a->lock);
}

void gm_accounts_bound(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	struct gm_life *life;

	mutex_lock(&a->lock);
	life = gm_life_of(a, subject, now_ms);
	if (life) {
		gm_life_look(a, life, &life->bound);
		gm_account_enter(life->account, GHOSTMEM_ACCOUNT_BOUND, now_ms);
		gm_account_tell(a, life->account, GHOSTMEM_EVENT_BOUND, life, now_ms);
	}
	mutex_unlock(&a->lock);
}

void gm_accounts_not_bound(struct gm_accounts *a, const void *key, u64 now_ms)
{
	struct gm_account *account;

	mutex_lock(&a->lock);
	account = gm_account_at(a, key);
	if (account && account->life) {
		gm_account_enter(account, GHOSTMEM_ACCOUNT_UNBOUND, now_ms);
		account->life->flags |= GHOSTMEM_ACCOUNT_F_FAILED;
		gm_life_end(a, account->life, now_ms);
	}
	mutex_unlock(&a->lock);
}

void gm_accounts_unbind(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	struct gm_life *life;

	mutex_lock(&a->lock);
	life = gm_life_of(a, subject, now_ms);
	if (life)
		gm_life_look(a, life, &life->unbind);
	mutex_unlock(&a->lock);
}

void gm_accounts_unbound(struct gm_accounts *a, const void *key, u64 now_ms)
{
	struct gm_account *account;

	mutex_lock(&a->lock);
	account = gm_account_at(a, key);
	if (account && account->life) {
		gm_account_enter(account, GHOSTMEM_ACCOUNT_UNBOUND, now_ms);
		gm_account_tell(a, account, GHOSTMEM_EVENT_UNBOUND, account->life, now_ms);
		gm_life_end(a, account->life, now_ms);
	}
	mutex_unlock(&a->lock);
}

void gm_accounts_removed(struct gm_accounts *a, const void *key, u64 now_ms)
{
	struct gm_account *account;

	mutex_lock(&a->lock);
	account = gm_account_at(a, key);
	if (account) {
		gm_account_enter(account, GHOSTMEM_ACCOUNT_REMOVED, now_ms);
		gm_account_tell(a, account, GHOSTMEM_EVENT_REMOVED, NULL, now_ms);
		account->key = NULL;
		if (account->life)
			gm_life_end(a, account->life, now_ms);
	}
	mutex_unlock(&a->lock);
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
		life = a->account[i] ? a->account[i]->life : NULL;
		if (life && life->mod == mod)
			gm_life_detach(life, last);
	}
}

void gm_accounts_unload(struct gm_accounts *a, const struct gm_subject *subject, u64 now_ms)
{
	struct gm_account *account;
	struct gm_life *life, last = { .mod = subject->mod };

	mutex_lock(&a->lock);
	gm_life_look(a, &last, &last.last);
	gm_accounts_detach(a, subject->mod, &last.last);
	account = gm_account_named(a, &subject->identity);
	/* Most modules that are unloaded leave nothing, and need no account. */
	if (!account && last.last.nr)
		account = gm_account_of(a, subject);
	life = account ? gm_life_begin(a, account, NULL, now_ms) : NULL;
	if (life) {
		life->flags = 0;
		gm_life_detach(life, &last.last);
		account->key = NULL;
		gm_account_enter(account, GHOSTMEM_ACCOUNT_UNLOADED, now_ms);
		gm_account_tell(a, account, GHOSTMEM_EVENT_UNLOADED, life, now_ms);
		gm_life_end(a, life, now_ms);
	} else if (last.last.nr) {
		a->unknown++;
	}
	gm_shares_clear(&last.last);
	mutex_unlock(&a->lock);
}

u64 gm_accounts_settle(struct gm_accounts *a, u64 now_ms)
{
	const struct gm_life *life;
	u64 due, next = 0;

	mutex_lock(&a->lock);
	gm_accounts_close(a, NULL, now_ms);
	for (life = a->settling; life; life = life->next) {
		due = life->ended_ms + GHOSTMEM_SETTLE_MS - now_ms;
		if (!next || due < next)
			next = due;
	}
	mutex_unlock(&a->lock);
	return next;
}

void gm_accounts_init(struct gm_accounts *a, const struct gm_account_sites *sites)
{
	memset(a, 0, sizeof(*a));
	mutex_init(&a->lock);
	a->sites = sites;
	gm_accounts_renew(a);
}

void gm_accounts_destroy(struct gm_accounts *a)
{
	struct gm_life *life;
	unsigned int i;

	while ((life = a->settling)) {
		a->settling = life->next;
		gm_life_free(life);
	}
	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		if (a->account[i])
			gm_account_free(a->account[i]);
	}
	gm_event_queue_clear(&a->events);
}
