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

void gm_accounts_look(struct gm_accounts *a, const struct module *mod, struct gm_shares *now)
{
	u32 generation;

	if (!mod)
		return;
	/* Nothing is allocated while the tracker's lock is held. */
	a->scratch.nr = 0;
	a->scratch.cut = 0;
	generation = a->sites->of_module(mod, &a->scratch);
	gm_accounts_follow(a, generation);
	if (generation)
		gm_shares_copy(now, &a->scratch);
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

void gm_life_now(struct gm_accounts *a, const struct gm_life *life, struct gm_shares *now)
{
	if (!life->gone && !gm_life_is_shared(life)) {
		gm_accounts_look(a, life->mod, now);
		return;
	}
	gm_shares_copy(now, gm_life_is_shared(life) ? &life->probed : &life->last);
	gm_accounts_look_again(a, now);
}
