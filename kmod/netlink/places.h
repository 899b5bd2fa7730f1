/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Places: how many dumps of a kind there may be at once. Each user has places of their own, so
 * that whoever begins dumps and does not read them shuts out nobody else.
 */
#ifndef GHOSTMEM_NETLINK_PLACES_H
#define GHOSTMEM_NETLINK_PLACES_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uidgid.h>

/* Users that may have dumps under way at once. It bounds the memory that dumps can take. */
#define GM_PLACES_USERS	4

/**
 * struct gm_places - the places of one kind of dump
 * @lock:	of @user; held for a few instructions, in process context
 * @each:	places of each user
 * @user:	whoever has taken places, and how many; free while that is 0
 */
struct gm_places {
	spinlock_t lock; /* of user */
	unsigned int each;
	struct {
		kuid_t uid;
		unsigned int taken;
	} user[GM_PLACES_USERS];
};

#define GM_PLACES(nr) { .lock = __SPIN_LOCK_UNLOCKED(gm_places), .each = (nr) }

/* Takes a place for @uid. False if that user has no more, or too many others have some. */
bool gm_places_take(struct gm_places *p, kuid_t uid);

/* Gives one back. */
void gm_places_give(struct gm_places *p, kuid_t uid);

#endif /* GHOSTMEM_NETLINK_PLACES_H */
