/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Places: limit how many dumps of a kind there may be at once. Each user has places of their own,
 * so that a user who begins dumps and does not read them does not shut out other users.
 */
#ifndef GHOSTMEM_NETLINK_PLACES_H
#define GHOSTMEM_NETLINK_PLACES_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uidgid.h>

/* Most users that may have dumps under way at once. This bounds the memory that dumps take. */
#define GM_PLACES_USERS	4

/**
 * struct gm_places - the places of one kind of dump
 * @lock:	protects @user; held for a few instructions, in process context
 * @each:	number of places of each user
 * @user:	the users that have taken places, and how many; an entry is free while that is 0
 */
struct gm_places {
	spinlock_t lock; /* protects user */
	unsigned int each;
	struct {
		kuid_t uid;
		unsigned int taken;
	} user[GM_PLACES_USERS];
};

#define GM_PLACES(nr) { .lock = __SPIN_LOCK_UNLOCKED(gm_places), .each = (nr) }

/* Takes a place for @uid. Returns false if @uid has no more, or if too many users have some. */
bool gm_places_take(struct gm_places *p, kuid_t uid);

/* Gives back a place of @uid. */
void gm_places_give(struct gm_places *p, kuid_t uid);

#endif /* GHOSTMEM_NETLINK_PLACES_H */
