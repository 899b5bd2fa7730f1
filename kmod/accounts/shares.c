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

/* Sites from @site on are missing. */
static void gm_shares_cut(struct gm_shares *s, u32 site)
{
	if (!s->cut || site < s->cut)
		s->cut = site;
}

void gm_shares_append(struct gm_shares *s, u32 site, s64 pages)
{
	if (!pages || (s->cut && site >= s->cut))
		return;
	if (s->nr == s->room)
		gm_shares_cut(s, site);
	else
		s->share[s->nr++] = (struct gm_share){ .site = site, .pages = pages };
}

/* Makes room in @s, which is empty. If there is no memory, all sites are missing. */
static void gm_shares_reserve(struct gm_shares *s, u32 nr)
{
	if (!nr)
		return;
	s->share = kmalloc_array(nr, sizeof(*s->share), GFP_KERNEL);
	if (s->share)
		s->room = nr;
	else
		gm_shares_cut(s, 1);
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

/* Returns how many sites are in one of both. Appends their sums to @sum if that is not NULL. */
static u32 gm_shares_merge(const struct gm_shares *one, const struct gm_shares *two, int sign,
			   struct gm_shares *sum)
{
	u32 i = 0, j = 0, nr = 0;

	while (i < one->nr || j < two->nr) {
		const struct gm_share *first = i < one->nr ? &one->share[i] : NULL;
		const struct gm_share *second = j < two->nr ? &two->share[j] : NULL;
		bool take_first = first && (!second || first->site <= second->site);
		bool take_second = second && (!first || second->site <= first->site);
		s64 pages = (take_first ? first->pages : 0) +
			    (take_second ? sign * second->pages : 0);

		if (sum)
			gm_shares_append(sum, take_first ? first->site : second->site, pages);
		nr += pages != 0;
		i += take_first;
		j += take_second;
	}
	return nr;
}

void gm_shares_add(struct gm_shares *s, const struct gm_shares *other, int sign)
{
	struct gm_shares sum = {};

	/* A site that is missing in one of both has no known sum. */
	if (s->cut)
		gm_shares_cut(&sum, s->cut);
	if (other->cut)
		gm_shares_cut(&sum, other->cut);
	gm_shares_reserve(&sum, min_t(u32, gm_shares_merge(s, other, sign, NULL), GM_SHARES_MAX));
	gm_shares_merge(s, other, sign, &sum);
	gm_shares_clear(s);
	gm_shares_move(s, &sum);
}

void gm_shares_copy(struct gm_shares *s, const struct gm_shares *other)
{
	s->cut = other->cut;
	gm_shares_reserve(s, other->nr);
	s->nr = min(s->room, other->nr);
	if (s->nr)
		memcpy(s->share, other->share, s->nr * sizeof(*s->share));
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

void gm_shares_limit(struct gm_shares *s, const struct gm_shares *most)
{
	u32 i;

	for (i = 0; i < s->nr; i++)
		s->share[i].pages = min(s->share[i].pages, gm_shares_of(most, s->share[i].site));
}
