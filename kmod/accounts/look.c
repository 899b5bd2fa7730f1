// SPDX-License-Identifier: GPL-2.0
/*
 * Looking at sites. See look.h.
 */
#include "accounts/look.h"

/* The sites have been forgotten: what was known of them has no meaning any more. */
static void gm_accounts_follow(struct gm_accounts *a, u32 generation)
{
	struct gm_life *life;
	unsigned int i;

	if (generation == a->generation)
		return;
	a->generation = generation;
	for (i = 0; i < GHOSTMEM_ACCOUNTS_MAX; i++) {
		struct gm_account *account = a->account[i];

		if (!account)
			continue;
		gm_shares_clear(&account->left);
		account->lives = 0;
		if (account->life)
			gm_life_forget(account->life);
	}
	for (life = a->settling; life; life = life->next)
		gm_life_forget(life);
	gm_event_queue_forget_sites(&a->events);
}

/* Fills @shares, which is empty and not yet known to @a. */
static void gm_accounts_look(struct gm_accounts *a, const struct module *mod,
			     struct gm_shares *shares)
{
	if (mod)
		gm_accounts_follow(a, a->sites->of_module(mod, shares));
}

void gm_accounts_look_again(struct gm_accounts *a, struct gm_shares *shares)
{
	u32 generation = a->sites->again(shares);

	if (generation != a->generation)
		gm_shares_clear(shares);
	gm_accounts_follow(a, generation);
}

void gm_accounts_renew(struct gm_accounts *a)
{
	struct gm_shares none = {};

	gm_accounts_look_again(a, &none);
}

void gm_life_look(struct gm_accounts *a, struct gm_life *life, struct gm_shares *list)
{
	struct gm_shares now = {};

	gm_accounts_look(a, life->mod, &now);
	gm_shares_clear(list);
	gm_shares_move(list, &now);
}

void gm_life_now(struct gm_accounts *a, const struct gm_life *life, struct gm_shares *now)
{
	if (!life->gone) {
		gm_accounts_look(a, life->mod, now);
		return;
	}
	gm_shares_add(now, &life->last, 1);
	gm_accounts_look_again(a, now);
}
