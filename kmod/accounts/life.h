/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A life: the time from before a driver's probe of a device until what is freed late after its
 * unbinding has been freed; or the time for which a module is loaded, and a little longer.
 *
 * What a life allocated is found from what the sites of the driver's module held at some moments,
 * and so costs nothing while pages are allocated.
 */
#ifndef GHOSTMEM_ACCOUNTS_LIFE_H
#define GHOSTMEM_ACCOUNTS_LIFE_H

#include <linux/types.h>

#include <linux/ghostmem.h>

#include "accounts/event_queue.h"
#include "accounts/shares.h"

struct module;
struct gm_account;

/**
 * struct gm_life - a life
 * @account:	whose life it is
 * @next:	the next life that settles
 * @identity:	its names; the account may have got those of another driver meanwhile
 * @mod:	the driver's module, which is compared and looked up, but has no reference: it is
 *		forgotten before the module goes. NULL if the driver is built in, or the module gone
 * @gone:	the text of the module has gone; its sites are those in @last
 * @probing:	the probe is running
 * @company:	during the probe, other devices had a driver of the module, or were probed by one
 * @ended:	the device is unbound, its probe has failed, or the module is unloaded
 * @flags:	GHOSTMEM_ACCOUNT_F_*
 * @began_ms:	when it began
 * @ended_ms:	when it ended
 * @begin:	what the sites held before the probe; empty for a life that began before the records
 * @probed:	what they gained during the probe; empty for such a life
 * @unbind:	what the sites in @probed held before the driver let go of the device
 * @last:	what all sites held when the text of the module went
 */
struct gm_life {
	struct gm_account *account;
	struct gm_life *next;
	struct gm_identity identity;
	const struct module *mod;
	bool gone;
	bool probing;
	bool company;
	bool ended;
	u32 flags;
	u64 began_ms;
	u64 ended_ms;
	struct gm_shares begin;
	struct gm_shares probed;
	struct gm_shares unbind;
	struct gm_shares last;
};

/* Whether other devices have, or had, a driver of its module: then it owns what its probe took. */
static inline bool gm_life_is_shared(const struct gm_life *life)
{
	return life->flags & GHOSTMEM_ACCOUNT_F_SHARED;
}

/* Frees @life and its lists. */
void gm_life_free(struct gm_life *life);

/* Forgets what the sites held, because the sites have been forgotten. */
void gm_life_forget(struct gm_life *life);

/* The text of its module is about to go: from now on, its sites are those in @last. Sleeps. */
void gm_life_detach(struct gm_life *life, const struct gm_shares *last);

/* The probe is over, and the sites hold @now, whose list is taken over. Sleeps. */
void gm_life_probed(struct gm_life *life, struct gm_shares *now);

/*
 * Turns @now, what gm_life_now() says that the sites hold, into what the life holds of it. Sleeps.
 */
void gm_life_held(const struct gm_life *life, struct gm_shares *now);

/*
 * Turns @end, the same after it has settled, into what the life has left. A share is negative where
 * the sites hold less than before, because an earlier life gave back late. Sleeps.
 */
void gm_life_left(const struct gm_life *life, struct gm_shares *end);

#endif /* GHOSTMEM_ACCOUNTS_LIFE_H */
