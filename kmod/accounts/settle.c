// SPDX-License-Identifier: GPL-2.0
/*
 * Lives that have ended. See settle.h.
 */
#include "accounts/look.h"
#include "accounts/settle.h"
#include "accounts/table.h"

void gm_account_tell(struct gm_accounts *a, const struct gm_account *account, u32 kind,
		     const struct gm_life *life, u64 now_ms)
{
	struct gm_account_event event = {
		.kind = kind,
		.at_ms = now_ms,
		.account = account->id,
		.flags = life ? life->flags : 0,
		.identity = life ? life->identity : account->identity,
	};

	gm_event_queue_push(&a->events, &event);
}

void gm_life_end(struct gm_accounts *a, struct gm_life *life, u64 now_ms)
{
	life->account->life = NULL;
	life->account->settling++;
	life->ended = true;
	life->ended_ms = now_ms;
	life->next = a->settling;
	a->settling = life;
}

static void gm_life_is_not(struct gm_life *life, const struct gm_life *failed,
			   const struct gm_shares *left)
{
	if (life && life != failed && life->mod == failed->mod && !gm_life_is_shared(life))
		gm_shares_add(&life->begin, left, 1);
}

/* What a probe that failed has left belongs to no other life of its module. */
static void gm_life_keep_apart(struct gm_accounts *a, const struct gm_life *failed,
			       const struct gm_shares *left)
{
	struct gm_life *life;
	unsigned int i;

	if (!failed->mod || !left->nr)
		return;
	for (life = a->settling; life; life = life->next)
		gm_life_is_not(life, failed, left);
	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++)
		gm_life_is_not(a->account[i] ? a->account[i]->life : NULL, failed, left);
}

/* Fills @left with what the life, which is still in the list, has left. */
static void gm_life_remains(struct gm_accounts *a, struct gm_life *life, struct gm_shares *left)
{
	gm_accounts_renew(a);
	if (!a->generation)
		life->flags |= GHOSTMEM_ACCOUNT_F_FORGOTTEN;
	if (!(life->flags & GHOSTMEM_ACCOUNT_F_FORGOTTEN))
		gm_life_now(a, life, left);
	/* The look may have found that the sites have been forgotten. */
	if (life->flags & GHOSTMEM_ACCOUNT_F_FORGOTTEN)
		gm_shares_clear(left);
	else
		gm_life_left(life, left);
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
		.identity = life->identity,
	};
	bool failed = life->flags & GHOSTMEM_ACCOUNT_F_FAILED;

	gm_life_remains(a, life, &event.left);
	*at = life->next;
	event.flags = life->flags;
	if (now_ms < life->ended_ms + GHOSTMEM_SETTLE_MS)
		event.flags |= GHOSTMEM_ACCOUNT_F_CUT_SHORT;
	account->settling--;
	gm_shares_add(&account->left, &event.left, 1);
	gm_shares_trim(&event.left);
	if (failed)
		gm_life_keep_apart(a, life, &event.left);
	gm_life_free(life);
	/* A probe is tried again and again until what it needs is there: that is no event. */
	if (!failed || event.left.nr) {
		account->lives++;
		gm_event_queue_push(&a->events, &event);
	} else if (!account->life && !account->settling && !account->lives) {
		gm_account_drop(a, account);
	}
	gm_shares_clear(&event.left);
}

void gm_accounts_close(struct gm_accounts *a, const struct module *mod, u64 now_ms)
{
	struct gm_life **at = &a->settling;

	while (*at) {
		if ((*at)->mod != mod)
			at = &(*at)->next;
		else
			gm_life_close(a, at, now_ms);
	}
}

/* Makes the receipt of one life that is due. Returns false if none is. */
static bool gm_accounts_close_one(struct gm_accounts *a, u64 now_ms)
{
	struct gm_life **at = &a->settling;

	while (*at && now_ms < (*at)->ended_ms + GHOSTMEM_SETTLE_MS)
		at = &(*at)->next;
	if (!*at)
		return false;
	gm_life_close(a, at, now_ms);
	return true;
}

/* Returns the ms until the next receipt is due, or 0 if there is none to come. */
static u64 gm_accounts_next_ms(const struct gm_accounts *a, u64 now_ms)
{
	const struct gm_life *life;
	u64 due, next = 0;

	for (life = a->settling; life; life = life->next) {
		due = life->ended_ms + GHOSTMEM_SETTLE_MS - now_ms;
		if (!next || due < next)
			next = due;
	}
	return next;
}

u64 gm_accounts_settle(struct gm_accounts *a, u64 now_ms)
{
	bool more = true;
	u64 next = 0, at_ms;

	/* Whoever waits for the lock has its turn after each receipt. */
	while (more) {
		at_ms = gm_accounts_lock_at(a, now_ms);
		more = !a->stopped && gm_accounts_close_one(a, at_ms);
		if (!more && !a->stopped)
			next = gm_accounts_next_ms(a, at_ms);
		gm_accounts_unlock(a);
	}
	return next;
}
