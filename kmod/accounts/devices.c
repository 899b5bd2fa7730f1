// SPDX-License-Identifier: GPL-2.0
/*
 * Network devices. See devices.h.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/net_namespace.h>

#include "accounts/devices.h"

static struct gm_device *gm_device_at(struct gm_devices *d, unsigned long address)
{
	struct gm_device *device;

	lockdep_assert_held(&d->lock);
	hash_for_each_possible(d->table, device, node, address) {
		if (device->address == address && !device->went)
			return device;
	}
	return NULL;
}

static void gm_device_forget(struct gm_devices *d, struct gm_device *device)
{
	hash_del(&device->node);
	list_del(&device->gone);
	kfree(device);
	d->nr--;
}

static struct gm_device *gm_device_add(struct gm_devices *d, unsigned long address)
{
	struct gm_device *device;

	if (d->nr >= GM_DEVICES_MAX && !list_empty(&d->gone))
		gm_device_forget(d, list_first_entry(&d->gone, struct gm_device, gone));
	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device) {
		d->unknown++;
		return NULL;
	}
	device->address = address;
	INIT_LIST_HEAD(&device->gone);
	hash_add(d->table, &device->node, address);
	d->nr++;
	return device;
}

static void gm_device_note(struct gm_devices *d, const struct net_device *dev, u64 came)
{
	unsigned long address = (unsigned long)dev;
	struct gm_device *device = gm_device_at(d, address);

	if (!device) {
		device = gm_device_add(d, address);
		if (!device)
			return;
		device->came = came;
	}
	strscpy(device->name, dev->name, sizeof(device->name));
	device->ifindex = dev->ifindex;
	device->netns = dev_net(dev)->ns.inum;
}

/* Drops the longest gone device at @address if too many gone ones are kept for it. */
static void gm_devices_thin(struct gm_devices *d, unsigned long address)
{
	struct gm_device *device, *first = NULL;
	unsigned int nr = 0;

	lockdep_assert_held(&d->lock);
	hash_for_each_possible(d->table, device, node, address) {
		if (device->address != address || !device->went)
			continue;
		nr++;
		if (!first || device->went < first->went)
			first = device;
	}
	if (nr > GM_DEVICES_AN_ADDRESS)
		gm_device_forget(d, first);
}

static void gm_device_gone(struct gm_devices *d, const struct net_device *dev)
{
	struct gm_device *device = gm_device_at(d, (unsigned long)dev);

	if (!device)
		return;
	device->went = get_jiffies_64();
	list_add_tail(&device->gone, &d->gone);
	gm_devices_thin(d, device->address);
}

static int gm_device_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct gm_devices *d = container_of(nb, struct gm_devices, nb);
	const struct net_device *dev = netdev_notifier_info_to_dev(data);

	/*
	 * rtnl is held here, and a dump may hold the lock. Most events do not matter to us, and
	 * should not wait for it.
	 */
	if (event != NETDEV_REGISTER && event != NETDEV_CHANGENAME && event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	mutex_lock(&d->lock);
	switch (event) {
	case NETDEV_REGISTER:
		/*
		 * Also sent for all existing devices when the notifier is registered, and for
		 * devices that arrive from another namespace.
		 */
		gm_device_note(d, dev, get_jiffies_64());
		break;
	case NETDEV_CHANGENAME:
		gm_device_note(d, dev, 0);
		break;
	case NETDEV_UNREGISTER:
		/* Also sent for a device that moves to another namespace, which is not gone. */
		if (dev->reg_state != NETREG_REGISTERED)
			gm_device_gone(d, dev);
		break;
	}
	mutex_unlock(&d->lock);
	return NOTIFY_DONE;
}

/* An sk_buff's age is in whole seconds, rounded down, hence the margin of two seconds. */
static bool gm_was_there(const struct gm_device *device, u64 jiffy64)
{
	return device->came <= jiffy64 + 2 * HZ &&
	       (!device->went || jiffy64 <= device->went + 2 * HZ);
}

const struct gm_device *gm_devices_find(const struct gm_devices *d, unsigned long address,
					u64 jiffy64)
{
	const struct gm_device *device, *found = NULL;

	lockdep_assert_held(&d->lock);
	/* If several devices match, returns the one that was registered last. */
	hash_for_each_possible(d->table, device, node, address) {
		if (device->address == address && gm_was_there(device, jiffy64) &&
		    (!found || device->came > found->came))
			found = device;
	}
	return found;
}

int gm_devices_init(struct gm_devices *d)
{
	struct gm_device *device;
	int bucket, err;

	memset(d, 0, sizeof(*d));
	mutex_init(&d->lock);
	hash_init(d->table);
	INIT_LIST_HEAD(&d->gone);
	d->nb.notifier_call = gm_device_event;
	err = register_netdevice_notifier(&d->nb);
	if (err)
		return err;
	/* The devices that were reported during the registration may have existed for any time. */
	mutex_lock(&d->lock);
	hash_for_each(d->table, bucket, device, node)
		device->came = 0;
	mutex_unlock(&d->lock);
	return 0;
}

void gm_devices_destroy(struct gm_devices *d)
{
	struct gm_device *device;
	struct hlist_node *next;
	int bucket;

	unregister_netdevice_notifier(&d->nb);
	hash_for_each_safe(d->table, bucket, next, device, node)
		gm_device_forget(d, device);
}
