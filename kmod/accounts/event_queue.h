/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last events of devices and modules, for readers who ask for those after the one that they saw
 * last.
 */
#ifndef GHOSTMEM_ACCOUNTS_EVENT_QUEUE_H
#define GHOSTMEM_ACCOUNTS_EVENT_QUEUE_H

#include <linux/types.h>

#include <linux/ghostmem.h>

#include "accounts/shares.h"

/* Longer names are cut. */
#define GM_BUS_LEN	20
#define GM_NAME_LEN	80
#define GM_DRIVER_LEN	64

/**
 * struct gm_identity - the names of a device or a module
 * @bus:	of a device; empty for a module
 * @name:	of the device, or of the module
 * @driver:	of a device
 * @module:	the module of the driver; empty if that is built in
 */
struct gm_identity {
	char bus[GM_BUS_LEN];
	char name[GM_NAME_LEN];
	char driver[GM_DRIVER_LEN];
	char module[GM_DRIVER_LEN];
};

/**
 * struct gm_account_event - an event
 * @seq:	its number
 * @kind:	enum ghostmem_event_kind
 * @at_ms:	when it was
 * @account:	number of the account
 * @flags:	GHOSTMEM_ACCOUNT_F_*
 * @life_ms:	of a receipt: how long the life lasted
 * @settled_ms:	of a receipt: how long after the end of the life it was made
 * @identity:	whose event it is
 * @left:	of a receipt: what was left
 */
struct gm_account_event {
	u64 seq;
	u32 kind;
	u64 at_ms;
	u32 account;
	u32 flags;
	u64 life_ms;
	u64 settled_ms;
	struct gm_identity identity;
	struct gm_shares left;
};

/**
 * struct gm_event_queue - an instance
 * @event:	by sequence number modulo its size
 * @seq:	number of the last event; 0 before the first
 *
 * All zero is an empty queue. The owner of the queue serialises all calls.
 */
struct gm_event_queue {
	struct gm_account_event *event[GHOSTMEM_EVENTS_MAX];
	u64 seq;
};

/*
 * Numbers a copy of @event, keeps it in the place of the oldest, and takes over @event->left, of
 * which it keeps the GHOSTMEM_EVENT_SHARES_MAX largest. If there is no memory, only a number is
 * used up. Sleeps.
 */
void gm_event_queue_push(struct gm_event_queue *q, struct gm_account_event *event);

/* Returns the first event that is kept and has a number greater than @seq, or NULL. */
const struct gm_account_event *gm_event_queue_after(const struct gm_event_queue *q, u64 seq);

/* Forgets the sites of all receipts. */
void gm_event_queue_forget_sites(struct gm_event_queue *q);

/* Frees all events. */
void gm_event_queue_clear(struct gm_event_queue *q);

#endif /* GHOSTMEM_ACCOUNTS_EVENT_QUEUE_H */
