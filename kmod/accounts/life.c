// SPDX-License-Identifier: GPL-2.0
/*
 * Lives. See life.h.
 */
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
	gm_shares_clear(&life->bound);
	gm_shares_clear(&life->unbind);
	gm_shares_clear(&life->last);
	life->flags |= GHOSTMEM_ACCOUNT_F_LATE;
}

void gm_life_detach(struct gm_life *life, const struct gm_shares *last)
{
	life->mod = NULL;
	life->gone = true;
	gm_shares_clear(&life->last);
	gm_shares_add(&life->last, last, 1);
}

/* What the probe took, of a life that was not the only one of its module. */
static void gm_life_probed(const struct gm_life *life, struct gm_shares *shares)
{
	gm_shares_clear(shares);
	/* Nobody knows what the probe took if it was before the records began. */
	if (life->flags & GHOSTMEM_ACCOUNT_F_LATE)
		return;
	gm_shares_add(shares, &life->bound, 1);
	gm_shares_add(shares, &life->begin, -1);
}

void gm_life_held(const struct gm_life *life, struct gm_shares *now)
{
	if (life->flags & GHOSTMEM_ACCOUNT_F_SHARED)
		gm_life_probed(life, now);
	else
		gm_shares_add(now, &life->begin, -1);
	gm_shares_trim(now);
}

void gm_life_left(const struct gm_life *life, struct gm_shares *end)
{
	struct gm_shares probed = {};

	if (!(life->flags & GHOSTMEM_ACCOUNT_F_SHARED)) {
		gm_shares_add(end, &life->begin, -1);
		return;
	}
	gm_life_probed(life, &probed);
	gm_shares_add(end, &life->unbind, -1);
	gm_shares_add(end, &probed, 1);
	gm_shares_clear(&probed);
	/* Whatever is less than nothing was given back by another device. */
	gm_shares_trim(end);
}
