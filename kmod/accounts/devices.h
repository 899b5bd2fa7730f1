/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network devices by their address, also such as have gone: an sk_buff that somebody forgot still
 * points to the device that it was for, and nothing keeps that from going.
 *
 * An address may be that of one device after the other. Which of them is meant is told by when.
 */
#ifndef GHOSTMEM_ACCOUNTS_DEVICES_H
#define GHOSTMEM_ACCOUNTS_DEVICES_H

#include <linux/hashtable.h>
#include <linux/if.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/types.h>

/* Beyond that those that have gone are forgotten, the first that went first. */
#define GM_DEVICES_MAX	4096

/*
 * So many that have gone are kept of one address: slabs give the last one back first, and a host
 * that makes and removes devices all the time would have all of them in one chain.
 */
#define GM_DEVICES_AN_ADDRESS	16

/**
 * struct gm_device - one device
 * @node:	in the table
 * @gone:	in the list of those that have gone
 * @address:	not to be followed
 * @came:	the jiffy when it did; 0 if it was there before we were
 * @went:	likewise; 0 while it is there
 * @name:	the last that it had
 * @ifindex:	likewise
 * @netns:	likewise, the namespace's inode number
 */
struct gm_device {
	struct hlist_node node;
	struct list_head gone;
	unsigned long address;
	u64 came;
	u64 went;
	char name[IFNAMSIZ];
	u32 ifindex;
	u32 netns;
};

/**
 * struct gm_devices - an instance
 * @lock:	of all of it. Taken under rtnl, and under the tracker's lock of records
 * @nb:		devices that come, go, move, and change their names
 * @table:	by address
 * @gone:	those that have gone, the first that went first
 * @nr:		how many there are
 * @unknown:	devices that there was no memory for
 */
struct gm_devices {
	struct mutex lock; /* of the table */
	struct notifier_block nb;
	DECLARE_HASHTABLE(table, 8);
	struct list_head gone;
	u32 nr;
	u64 unknown;
};

/* From now on it knows all devices of all namespaces. 0 or a negative error. Both sleep. */
int gm_devices_init(struct gm_devices *d);
void gm_devices_destroy(struct gm_devices *d);

/*
 * The device that was at @address @jiffy64, which is known to the second; or NULL. Under @d->lock.
 */
const struct gm_device *gm_devices_find(const struct gm_devices *d, unsigned long address,
					u64 jiffy64);

#endif /* GHOSTMEM_ACCOUNTS_DEVICES_H */
