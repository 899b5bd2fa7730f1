// SPDX-License-Identifier: GPL-2.0
/*
 * Notifiers of buses and modules. See bus_notifier.h.
 *
 * The bus notifier is called with the lock of the device held, and in the task that probes or
 * unbinds it; the module notifier before the names of the module's frames are frozen, see
 * text_change.h, so that its sites can still be told by their frames.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "accounts/bus_notifier.h"
#include "accounts/module_sites.h"
#include "compat/workqueue.h"

/* How often the lock of a device is tried, 20 ms apart, that somebody holds while we start. */
#define GM_LOCK_TRIES	10

struct gm_accounts gm_accounts;

static struct delayed_work gm_settling;

u64 gm_accounts_now_ms(void)
{
	return ktime_to_ms(ktime_get_boottime());
}

/* Jiffies in which @ms have passed, which the clock of accounts rounds down. */
static unsigned long gm_settle_jiffies(u64 ms)
{
	return msecs_to_jiffies(ms + 1) + 1;
}

/* A life has ended. If the work is to run before it has settled, the work queues itself again. */
static void gm_settle_later(void)
{
	queue_delayed_work(gm_unbound_wq, &gm_settling, gm_settle_jiffies(GHOSTMEM_SETTLE_MS));
}

static void gm_settle_work(struct work_struct *work)
{
	u64 next;

	/*
	 * What call_rcu() was to free has been freed now. Not so what kfree_rcu() collects, for up
	 * to five seconds since 51824b780b71 (6.0); devices.h says so.
	 */
	rcu_barrier();
	next = gm_accounts_settle(&gm_accounts, gm_accounts_now_ms());
	/* It may be queued already, for a life that ended meanwhile and is due later. */
	if (next)
		mod_delayed_work(gm_unbound_wq, &gm_settling, gm_settle_jiffies(next));
}

static void gm_subject_fill(struct gm_subject *subject, const struct device *dev)
{
	const struct device_driver *driver = dev->driver;
	struct gm_identity *identity = &subject->identity;

	memset(subject, 0, sizeof(*subject));
	subject->key = dev;
	strscpy(identity->bus, dev->bus->name, sizeof(identity->bus));
	strscpy(identity->name, dev_name(dev), sizeof(identity->name));
	if (!driver)
		return;
	subject->mod = driver->owner;
	strscpy(identity->driver, driver->name, sizeof(identity->driver));
	if (driver->owner)
		strscpy(identity->module, driver->owner->name, sizeof(identity->module));
}

static int gm_bus_event(struct notifier_block *nb, unsigned long event, void *data)
{
	u64 now_ms = gm_accounts_now_ms();
	struct device *dev = data;
	struct gm_subject subject;

	switch (event) {
	case BUS_NOTIFY_BIND_DRIVER:
		gm_subject_fill(&subject, dev);
		gm_accounts_bind(&gm_accounts, &subject, now_ms);
		/* It ends a life if the kernel tests the removal of drivers. */
		if (IS_ENABLED(CONFIG_DEBUG_TEST_DRIVER_REMOVE))
			gm_settle_later();
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
		gm_subject_fill(&subject, dev);
		gm_accounts_bound(&gm_accounts, &subject, now_ms);
		break;
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
		gm_accounts_not_bound(&gm_accounts, dev, now_ms);
		gm_settle_later();
		break;
	case BUS_NOTIFY_UNBIND_DRIVER:
		gm_subject_fill(&subject, dev);
		gm_accounts_unbind(&gm_accounts, &subject, now_ms);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
		gm_accounts_unbound(&gm_accounts, dev, now_ms);
		gm_settle_later();
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		gm_accounts_removed(&gm_accounts, dev, now_ms);
		gm_settle_later();
		break;
	}
	return NOTIFY_DONE;
}

/**
 * struct gm_bus - a bus that is watched
 * @type:	the bus; constant since 6.9, and then only read by the functions that it is passed to
 * @nb:		the notifier
 */
struct gm_bus {
	struct bus_type *type;
	struct notifier_block nb;
};

static struct gm_bus gm_bus[] = {
	{ (struct bus_type *)&platform_bus_type, { .notifier_call = gm_bus_event } },
#ifdef CONFIG_PCI
	{ (struct bus_type *)&pci_bus_type, { .notifier_call = gm_bus_event } },
#endif
};

static int gm_module_event(struct notifier_block *nb, unsigned long state, void *data)
{
	struct module *mod = data;
	struct gm_subject subject = { .key = mod, .mod = mod };

	if (state != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	strscpy(subject.identity.name, mod->name, sizeof(subject.identity.name));
	strscpy(subject.identity.module, mod->name, sizeof(subject.identity.module));
	gm_accounts_unload(&gm_accounts, &subject, gm_accounts_now_ms());
	gm_settle_later();
	return NOTIFY_OK;
}

static struct notifier_block gm_module_nb = {
	.notifier_call = gm_module_event,
	/* Before that of the tracker, which has 0. */
	.priority = 1,
};

/*
 * Adds a device that was bound before we listened. Somebody who holds its lock for long may be
 * probing or unbinding it, of which the notifier will be told; or else it has no account before it
 * is unbound, which is counted.
 */
static int gm_device_there(struct device *dev, void *unused)
{
	struct gm_subject subject;
	unsigned int i;

	for (i = 0; !device_trylock(dev); i++) {
		if (i == GM_LOCK_TRIES) {
			gm_accounts_absent(&gm_accounts);
			return 0;
		}
		msleep(20);
	}
	/* With the lock held, nobody is in the middle of a probe: a driver is one that is bound. */
	if (dev->driver) {
		gm_subject_fill(&subject, dev);
		gm_accounts_present(&gm_accounts, &subject, gm_accounts_now_ms());
	}
	device_unlock(dev);
	return 0;
}

static void gm_buses_unregister(unsigned int nr)
{
	while (nr--)
		bus_unregister_notifier(gm_bus[nr].type, &gm_bus[nr].nb);
}

static int gm_buses_register(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(gm_bus); i++) {
		err = bus_register_notifier(gm_bus[i].type, &gm_bus[i].nb);
		if (err) {
			gm_buses_unregister(i);
			return err;
		}
	}
	for (i = 0; i < ARRAY_SIZE(gm_bus); i++)
		bus_for_each_dev(gm_bus[i].type, NULL, NULL, gm_device_there);
	return 0;
}

/* The notifier of modules is the last one to go: until then, no module goes unnoticed. */
static void gm_accounts_end(void)
{
	gm_accounts_stop(&gm_accounts);
	unregister_module_notifier(&gm_module_nb);
	cancel_delayed_work_sync(&gm_settling);
	gm_accounts_destroy(&gm_accounts);
}

int gm_bus_notifier_init(void)
{
	int err;

	INIT_DELAYED_WORK(&gm_settling, gm_settle_work);
	gm_module_sites_init();
	err = gm_accounts_init(&gm_accounts, &gm_module_sites);
	if (err)
		return err;
	err = register_module_notifier(&gm_module_nb);
	if (err) {
		gm_accounts_destroy(&gm_accounts);
		return err;
	}
	err = gm_buses_register();
	if (err)
		gm_accounts_end();
	return err;
}

void gm_bus_notifier_exit(void)
{
	gm_buses_unregister(ARRAY_SIZE(gm_bus));
	gm_accounts_end();
}
