/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shares: how many pages of each of some sites belong to somebody. Only sites with pages are in a
 * list, in ascending order of id. Pages are those that the site counts; where they are samples, the
 * reader has to weigh them by the order and the level of the site.
 */
#ifndef GHOSTMEM_ACCOUNTS_SHARES_H
#define GHOSTMEM_ACCOUNTS_SHARES_H

#include <linux/types.h>

/* Most sites in one list. A driver has some tens of sites; a list of this size takes 16 KiB. */
#define GM_SHARES_MAX	1024

struct gm_share {
	u32 site;
	s64 pages;
};

/**
 * struct gm_shares - a list
 * @share:	the shares
 * @nr:		number of shares
 * @room:	number of shares that @share has room for
 * @cut:	sites from this id on are missing, because there was no room or no memory for them;
 *		0: none are
 *
 * All zero is an empty list.
 */
struct gm_shares {
	struct gm_share *share;
	u32 nr;
	u32 room;
	u32 cut;
};

/* Empties the list and frees its memory. */
void gm_shares_clear(struct gm_shares *s);

/*
 * Appends a share, whose site is greater than those in the list, if the list has room for it and
 * its pages are not 0. Allocates nothing.
 */
void gm_shares_append(struct gm_shares *s, u32 site, s64 pages);

/* Returns the pages of @site, 0 if it is not in the list. */
s64 gm_shares_of(const struct gm_shares *s, u32 site);

/* Adds @sign times the pages of @other, which is another list. Sleeps. */
void gm_shares_add(struct gm_shares *s, const struct gm_shares *other, int sign);

/* Makes @s, which has no memory, a copy of @other, in the same order. Sleeps. */
void gm_shares_copy(struct gm_shares *s, const struct gm_shares *other);

/* Removes the shares of less than one page. */
void gm_shares_trim(struct gm_shares *s);

/* Limits each share to that of the same site in @most, which is 0 where there is none. */
void gm_shares_limit(struct gm_shares *s, const struct gm_shares *most);

/* Hands all of @from over to @to, which is empty. */
static inline void gm_shares_move(struct gm_shares *to, struct gm_shares *from)
{
	*to = *from;
	*from = (struct gm_shares){};
}

#endif /* GHOSTMEM_ACCOUNTS_SHARES_H */
