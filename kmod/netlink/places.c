// SPDX-License-Identifier: GPL-2.0
/*
 * The limit on simultaneous dumps. See places.h.
 */
#include <linux/bug.h>
#include <linux/kernel.h>

#include "netlink/places.h"

/* Returns the entry of @uid, or else a free one, or -1. */
static int gm_places_find(const struct gm_places *p, kuid_t uid)
{
	int i, free = -1;

	for (i = 0; i < GM_PLACES_USERS; i++) {
		if (!p->user[i].taken)
			free = i;
		else if (uid_eq(p->user[i].uid, uid))
			return i;
	}
	return free;
}

bool gm_places_take(struct gm_places *p, kuid_t uid)
{
	bool taken = false;
	int i;

	spin_lock(&p->lock);
	i = gm_places_find(p, uid);
	if (i >= 0 && p->user[i].taken < p->each) {
		p->user[i].uid = uid;
		p->user[i].taken++;
		taken = true;
	}
	spin_unlock(&p->lock);
	return taken;
}

void gm_places_give(struct gm_places *p, kuid_t uid)
{
	int i;

	spin_lock(&p->lock);
	i = gm_places_find(p, uid);
	if (!WARN_ON_ONCE(i < 0 || !p->user[i].taken))
		p->user[i].taken--;
	spin_unlock(&p->lock);
}
