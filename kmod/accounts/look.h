/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How accounts look at what sites hold. If the sites have been forgotten since the last look, so is
 * all that the accounts knew of them; so a list is known to the accounts before something else is
 * looked at, or would mix sites of two generations.
 */
#ifndef GHOSTMEM_ACCOUNTS_LOOK_H
#define GHOSTMEM_ACCOUNTS_LOOK_H

#include "accounts/accounts.h"

/*
 * Forgets what is known of sites that have been forgotten. Called before a life begins, or the life
 * would seem to have begun before that. Sleeps.
 */
void gm_accounts_renew(struct gm_accounts *a);

/* Fills @now, which has no memory, with what all sites of @mod hold now. Sleeps. */
void gm_accounts_look(struct gm_accounts *a, const struct module *mod, struct gm_shares *now);

/*
 * Fills @now, which has no memory, with what the sites of a life hold now; of a life that is shared
 * only those that its probe allocated at, which are enough to tell what it holds and has left. The
 * life is one that @a knows: that of an account, or one that settles. Sleeps.
 */
void gm_life_now(struct gm_accounts *a, const struct gm_life *life, struct gm_shares *now);

/* Replaces all pages in @shares by what these sites hold now. Empties it if they are forgotten. */
void gm_accounts_look_again(struct gm_accounts *a, struct gm_shares *shares);

#endif /* GHOSTMEM_ACCOUNTS_LOOK_H */
