/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * DEVICE_GET, MODULE_GET and EVENT_GET: what devices hold, and what devices and modules that have
 * gone left behind.
 *
 * A device lives from the moment before its driver's probe until it is unbound; a module lives
 * until it is unloaded. Some seconds after the end of a life, when what is freed late has been
 * freed, a receipt is made: what the life allocated and did not give back.
 *
 * Pages are counted at the sites of the driver's module: those whose innermost frame of a module is
 * in it, and those that its probe reached through other modules. A device owns the changes of these
 * sites while it is the only device on these buses that a driver of this module is bound to. If it
 * is not, it has GHOSTMEM_ACCOUNT_F_SHARED, and owns what the sites gained during its probe, as far
 * as they still hold it, less what they gave back during and after its unbinding; what other
 * devices did during its probe is in it.
 *
 * Devices of the PCI and of the platform bus have an account. What a driver that is bound to a
 * device below them allocates in a probe that theirs has called is part of their own. If a module
 * has drivers for devices of other buses as well, what they allocate is told of the device here.
 *
 * A receipt is made after the RCU callbacks of the unbinding. Kernels from 6.0 on may keep what was
 * passed to kfree_rcu() for five seconds, and pages of a page_pool may be in the queues of sockets
 * for longer: these are in the receipt, but no longer in LEFT_PAGES of the account once they are
 * freed. A frame of a BPF program or trampoline counts as one of another module.
 *
 * All is counted from the first message of the present generation of the records on, see DUMP: if
 * records are forgotten, accounts begin anew, and those who exist get GHOSTMEM_ACCOUNT_F_LATE.
 */
#ifndef _UAPI_LINUX_GHOSTMEM_DEVICES_H
#define _UAPI_LINUX_GHOSTMEM_DEVICES_H

/*
 * Most accounts, of devices and modules together: then of those that have gone the one that has
 * left least is replaced. Devices whose drivers are built in take half of them at the most.
 */
#define GHOSTMEM_ACCOUNTS_MAX	1024

/* Most events that are kept. Most sites in the receipt of one of them: those with most pages. */
#define GHOSTMEM_EVENTS_MAX	512
#define GHOSTMEM_EVENT_SHARES_MAX 128

/* Most SHAREs in one message. */
#define GHOSTMEM_SHARES_MAX	128

/* The time from the end of a life to its receipt, unless F_CUT_SHORT says otherwise. */
#define GHOSTMEM_SETTLE_MS	2000

enum ghostmem_account_state {
	GHOSTMEM_ACCOUNT_BOUND,		/* a device with its driver */
	GHOSTMEM_ACCOUNT_UNBOUND,	/* a device without a driver */
	GHOSTMEM_ACCOUNT_REMOVED,	/* the device has gone */
	GHOSTMEM_ACCOUNT_UNLOADED,	/* the module has gone */
	GHOSTMEM_ACCOUNT_PROBING,	/* a driver's probe of the device is running */

	__GHOSTMEM_ACCOUNT_STATE_MAX,
};

#define GHOSTMEM_ACCOUNT_F_SHARED	(1U << 0) /* the driver has, or had, other devices */
#define GHOSTMEM_ACCOUNT_F_LATE		(1U << 1) /* it existed before its records began */
#define GHOSTMEM_ACCOUNT_F_BUILTIN	(1U << 2) /* the driver is no module: not counted */
#define GHOSTMEM_ACCOUNT_F_CUT		(1U << 3) /* too many sites: some are not counted */
#define GHOSTMEM_ACCOUNT_F_SETTLING	(1U << 4) /* a life has ended, its receipt is to come */
#define GHOSTMEM_ACCOUNT_F_FAILED	(1U << 5) /* of a receipt: the probe has failed */
#define GHOSTMEM_ACCOUNT_F_CUT_SHORT	(1U << 6) /* of a receipt: made before it had settled,
						   * because the driver was bound again
						   */
#define GHOSTMEM_ACCOUNT_F_FORGOTTEN	(1U << 7) /* of a receipt: what was left is not known, as
						   * nothing was recorded then, or that has been
						   * forgotten
						   */

/*
 * ACCOUNT. ID is unique while the module is loaded; a device that is plugged into the same place
 * again, or a module that is loaded again, has the same. SINCE_MS is the time in the present state.
 * LIVES counts those that have a receipt.
 *
 * A SHARE is of the site that has this ID in the dump of SITE_GET of the same generation.
 * HELD_PAGES is what the device holds there now; LEFT_PAGES what all lives that have ended left
 * there, and is still allocated. If there are more than GHOSTMEM_SHARES_MAX, a further message
 * follows, with the same ID and nothing else but further SHAREs.
 */
enum ghostmem_account_attr {
	GHOSTMEM_ACCOUNT_A_UNSPEC,
	GHOSTMEM_ACCOUNT_A_PAD,
	GHOSTMEM_ACCOUNT_A_ID,		/* u32 */
	GHOSTMEM_ACCOUNT_A_BUS,		/* string; absent for a module */
	GHOSTMEM_ACCOUNT_A_NAME,	/* string */
	GHOSTMEM_ACCOUNT_A_DRIVER,	/* string, the last one; absent for a module */
	GHOSTMEM_ACCOUNT_A_MODULE,	/* string, the driver's; absent if it is built in */
	GHOSTMEM_ACCOUNT_A_STATE,	/* u32, enum ghostmem_account_state */
	GHOSTMEM_ACCOUNT_A_FLAGS,	/* u32, GHOSTMEM_ACCOUNT_F_* */
	GHOSTMEM_ACCOUNT_A_SINCE_MS,	/* u64 */
	GHOSTMEM_ACCOUNT_A_LIVES,	/* u32 */
	GHOSTMEM_ACCOUNT_A_SHARE,	/* nest, enum ghostmem_share_attr; any number */

	__GHOSTMEM_ACCOUNT_A_MAX,
};

#define GHOSTMEM_ACCOUNT_A_MAX	(__GHOSTMEM_ACCOUNT_A_MAX - 1)

/* A share of a receipt has no HELD_PAGES. */
enum ghostmem_share_attr {
	GHOSTMEM_SHARE_A_UNSPEC,
	GHOSTMEM_SHARE_A_PAD,
	GHOSTMEM_SHARE_A_SITE,		/* u32 */
	GHOSTMEM_SHARE_A_HELD_PAGES,	/* u64 */
	GHOSTMEM_SHARE_A_LEFT_PAGES,	/* u64 */

	__GHOSTMEM_SHARE_A_MAX,
};

#define GHOSTMEM_SHARE_A_MAX	(__GHOSTMEM_SHARE_A_MAX - 1)

enum ghostmem_event_kind {
	GHOSTMEM_EVENT_BOUND,		/* a probe has succeeded */
	GHOSTMEM_EVENT_UNBOUND,
	GHOSTMEM_EVENT_REMOVED,		/* the device has gone */
	GHOSTMEM_EVENT_UNLOADED,	/* the module has gone */
	GHOSTMEM_EVENT_RECEIPT,

	__GHOSTMEM_EVENT_KIND_MAX,
};

/*
 * EVENT. SEQ counts events from 1; numbers that are missing were lost for want of memory, or were
 * overwritten if they are less than all others. AGE_MS is how long ago it was, counted on
 * CLOCK_BOOTTIME. The next five are as in ACCOUNT, at the time of the event; of a receipt, those of
 * the life that has ended. LIFE_MS is how long the life of a receipt lasted, SETTLED_MS how long
 * after its end the receipt was made. With F_FORGOTTEN there is no SHARE.
 */
enum ghostmem_event_attr {
	GHOSTMEM_EVENT_A_UNSPEC,
	GHOSTMEM_EVENT_A_PAD,
	GHOSTMEM_EVENT_A_SEQ,		/* u64 */
	GHOSTMEM_EVENT_A_KIND,		/* u32, enum ghostmem_event_kind */
	GHOSTMEM_EVENT_A_AGE_MS,	/* u64 */
	GHOSTMEM_EVENT_A_ACCOUNT,	/* u32, ACCOUNT_A_ID */
	GHOSTMEM_EVENT_A_BUS,		/* string; absent for a module */
	GHOSTMEM_EVENT_A_NAME,		/* string */
	GHOSTMEM_EVENT_A_DRIVER,	/* string; absent for a module */
	GHOSTMEM_EVENT_A_MODULE,	/* string; absent if the driver is built in */
	GHOSTMEM_EVENT_A_FLAGS,		/* u32, GHOSTMEM_ACCOUNT_F_* */
	GHOSTMEM_EVENT_A_LIFE_MS,	/* u64, of a receipt */
	GHOSTMEM_EVENT_A_SETTLED_MS,	/* u64, of a receipt */
	GHOSTMEM_EVENT_A_SHARE,		/* nest, enum ghostmem_share_attr; of a receipt, up to
					 * GHOSTMEM_EVENT_SHARES_MAX
					 */

	__GHOSTMEM_EVENT_A_MAX,
};

#define GHOSTMEM_EVENT_A_MAX	(__GHOSTMEM_EVENT_A_MAX - 1)

#endif /* _UAPI_LINUX_GHOSTMEM_DEVICES_H */
