// SPDX-License-Identifier: GPL-2.0
/*
 * Shares. See shares.h.
 */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "accounts/shares.h"

void gm_shares_clear(struct gm_shares *s)
{
	kfree(s->share);
	memset(s, 0, sizeof(*s));
}

static bool gm_shares_grow(struct gm_shares *s)
{
	u32 room = s->room ? 2 * s->room : 16;
	struct gm_share *share;

	if (s->nr < s->room)
		return true;
	if (s->room >= GM_SHARES_MAX)
		return false;
	share = krealloc(s->share, room * sizeof(*share), GFP_KERNEL);
	if (!share)
		return false;
	s->share = share;
	s->room = room;
	return true;
}

void gm_shares_append(struct gm_shares *s, u32 site, s64 pages)
{
	if (!pages)
		return;
	if (!gm_shares_grow(s)) {
		s->cut = true;
		return;
	}
	s->share[s->nr++] = (struct gm_share){ .site = site, .pages = pages };
}

s64 gm_shares_of(const struct gm_shares *s, u32 site)
{
	u32 low = 0, high = s->nr;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (s->share[middle].site == site)
			return s->share[middle].pages;
		if (s->share[middle].site < site)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

void gm_shares_add(struct gm_shares *s, const struct gm_shares *other, int sign)
{
	struct gm_shares sum = { .cut = s->cut || other->cut };
	u32 i = 0, j = 0;

	while (i < s->nr || j < other->nr) {
		const struct gm_share *mine = i < s->nr ? &s->share[i] : NULL;
		const struct gm_share *theirs = j < other->nr ? &other->share[j] : NULL;
		bool take_mine = mine && (!theirs || mine->site <= theirs->site);
		bool take_theirs = theirs && (!mine || theirs->site <= mine->site);

		gm_shares_append(&sum, take_mine ? mine->site : theirs->site,
				 (take_mine ? mine->pages : 0) +
				 (take_theirs ? sign * theirs->pages : 0));
		i += take_mine;
		j += take_theirs;
	}
	gm_shares_clear(s);
	gm_shares_move(s, &sum);
}

void gm_shares_copy(struct gm_shares *s, const struct gm_shares *other)
{
	u32 i;

	for (i = 0; i < other->nr; i++)
		gm_shares_append(s, other->share[i].site, other->share[i].pages);
	s->cut |= other->cut;
}

void gm_shares_trim(struct gm_shares *s)
{
	u32 i, nr = 0;

	for (i = 0; i < s->nr; i++) {
		if (s->share[i].pages > 0)
			s->share[nr++] = s->share[i];
	}
	s->nr = nr;
}
