// SPDX-License-Identifier: GPL-2.0
/*
 * Lives. See life.h.
 */
#include <linux/minmax.h>
#include <linux/slab.h>

#include "accounts/life.h"

void gm_life_free(struct gm_life *life)
{
	if (!life)
		return;
	gm_life_forget(life);
	kfree(life);
}

void gm_life_forget(struct gm_life *life)
{
	gm_shares_clear(&life->begin);
	gm_shares_clear(&life->probed);
	gm_shares_clear(&life->unbind);
	gm_shares_clear(&life->last);
	life->flags |= GHOSTMEM_ACCOUNT_F_LATE;
	/* What a life that is over has left among the sites of today cannot be told any more. */
	if (life->ended)
		life->flags |= GHOSTMEM_ACCOUNT_F_FORGOTTEN;
}

void gm_life_detach(struct gm_life *life, const struct gm_shares *last)
{
	life->mod = NULL;
	life->gone = true;
	gm_shares_clear(&life->last);
	gm_shares_copy(&life->last, last);
}

void gm_life_probed(struct gm_life *life, struct gm_shares *now)
{
	/* Nobody knows what the probe took if it was before the records began. */
	if (life->flags & GHOSTMEM_ACCOUNT_F_LATE)
		return;
	gm_shares_clear(&life->probed);
	gm_shares_move(&life->probed, now);
	gm_shares_add(&life->probed, &life->begin, -1);
	gm_shares_trim(&life->probed);
}

void gm_life_held(const struct gm_life *life, struct gm_shares *now)
{
	if (gm_life_is_shared(life))
		gm_shares_limit(now, &life->probed);
	else
		gm_shares_add(now, &life->begin, -1);
	gm_shares_trim(now);
}

/* What is left at a site of what the probe took there: no more than was there at the unbinding. */
static s64 gm_site_left(s64 probed, s64 unbind, s64 end)
{
	s64 given_back = unbind > end ? unbind - end : 0;
	s64 left = min(probed, unbind) - given_back;

	return left > 0 ? min(left, end) : 0;
}

void gm_life_left(const struct gm_life *life, struct gm_shares *end)
{
	u32 i;

	if (!gm_life_is_shared(life)) {
		gm_shares_add(end, &life->begin, -1);
		return;
	}
	for (i = 0; i < end->nr; i++) {
		u32 site = end->share[i].site;

		end->share[i].pages = gm_site_left(gm_shares_of(&life->probed, site),
						   gm_shares_of(&life->unbind, site),
						   end->share[i].pages);
	}
	gm_shares_trim(end);
}
