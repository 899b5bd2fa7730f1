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

#include "accounts/shares.h"

struct module;
struct gm_account;

/**
 * struct gm_life - a life
 * @account:	whose life it is
 * @next:	the next life that settles
 * @mod:	the driver's module, which is compared and looked up, but has no reference: it is
 *		forgotten before the module goes. NULL if the driver is built in, or the module gone
 * @gone:	the text of the module has gone; its sites are those in @last
 * @ended:	the device is unbound, its probe has failed, or the module is unloaded
 * @flags:	GHOSTMEM_ACCOUNT_F_*
 * @began_ms:	when it began
 * @ended_ms:	when it ended
 * @begin:	what the sites held before the probe; empty for a life that began before the records
 * @bound:	what they held after the probe
 * @unbind:	what they held before the driver let go of the device
 * @last:	what they held when the text of the module went
 */
struct gm_life {
	struct gm_account *account;
	struct gm_life *next;
	const struct module *mod;
	bool gone;
	bool ended;
	u32 flags;
	u64 began_ms;
	u64 ended_ms;
	struct gm_shares begin;
	struct gm_shares bound;
	struct gm_shares unbind;
	struct gm_shares last;
};

/* Frees @life and its lists. */
void gm_life_free(struct gm_life *life);

/* Forgets what the sites held, because the sites have been forgotten. */
void gm_life_forget(struct gm_life *life);

/* The text of its module is about to go: from now on, its sites are those in @last. Sleeps. */
void gm_life_detach(struct gm_life *life, const struct gm_shares *last);

/* Turns @now, what the sites hold now, into what the life holds of it. Sleeps. */
void gm_life_held(const struct gm_life *life, struct gm_shares *now);

/*
 * Turns @end, what the sites hold after it has settled, into what the life has left. A share is
 * negative where the sites hold less than before, because an earlier life gave back late.
 */
void gm_life_left(const struct gm_life *life, struct gm_shares *end);

#endif /* GHOSTMEM_ACCOUNTS_LIFE_H */
