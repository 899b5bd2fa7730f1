/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network devices by the address of their struct net_device, including devices that are gone: a
 * leaked sk_buff still points to its device, but does not keep the device from going away.
 *
 * Several devices may have had the same address, one after the other. The time of the sk_buff's
 * allocation decides which of them is meant.
 */
#ifndef GHOSTMEM_ACCOUNTS_DEVICES_H
#define GHOSTMEM_ACCOUNTS_DEVICES_H

#include <linux/hashtable.h>
#include <linux/if.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/types.h>

/* Once there are this many, each new device replaces the one that has been gone the longest. */
#define GM_DEVICES_MAX	4096

/*
 * At most this many gone devices are kept for one address. Slabs reuse the object that was freed
 * last, so a host that creates and removes devices all the time would otherwise have all of them
 * in one hash chain.
 */
#define GM_DEVICES_AN_ADDRESS	16

/**
 * struct gm_device - one device
 * @node:	in the table
 * @gone:	in the list of devices that are gone
 * @address:	of its struct net_device; must not be dereferenced
 * @came:	the jiffy when it was registered; 0 if that was before gm_devices_init()
 * @went:	the jiffy when it was unregistered; 0 while it exists
 * @name:	its last name
 * @ifindex:	its last ifindex
 * @netns:	inode number of its last namespace
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
 * @lock:	protects all of the instance. Taken under rtnl, and under the tracker's lock of
 *		records
 * @nb:		is called when devices are registered, unregistered, moved or renamed
 * @table:	all devices, by address
 * @gone:	those that are gone, the longest gone first
 * @nr:		number of devices in @table
 * @unknown:	devices that are not in @table because there was no memory for them
 */
struct gm_devices {
	struct mutex lock; /* protects the table */
	struct notifier_block nb;
	DECLARE_HASHTABLE(table, 8);
	struct list_head gone;
	u32 nr;
	u64 unknown;
};

/*
 * Starts to keep track of the devices of all namespaces, also of those that exist already. Returns
 * 0 or a negative error. Both functions sleep.
 */
int gm_devices_init(struct gm_devices *d);
void gm_devices_destroy(struct gm_devices *d);

/*
 * Returns the device that was at @address at the time @jiffy64, which is exact to a second only; or
 * NULL. The caller holds @d->lock.
 */
const struct gm_device *gm_devices_find(const struct gm_devices *d, unsigned long address,
					u64 jiffy64);

#endif /* GHOSTMEM_ACCOUNTS_DEVICES_H */
