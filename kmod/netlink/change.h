/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes that a client asks for, RESET and CONFIG_SET, carried out by a worker of their own.
 *
 * A request runs under generic netlink's cb_lock. While a family is being registered all users of
 * generic netlink on the host queue behind the longest request, and arming lasts: it builds and
 * clears a map in proportion to memory, and waits for grace periods. So the request only checks
 * what is asked for; it is acknowledged by the worker, when the change is done or has failed.
 */
#ifndef GHOSTMEM_NETLINK_CHANGE_H
#define GHOSTMEM_NETLINK_CHANGE_H

#include <net/genetlink.h>

#include "tracker.h"

/* 0 or a negative error. */
int gm_change_init(void);

/* Carries out what waits, and acknowledges it. No request may come any more. */
void gm_change_exit(void);

/*
 * What a request's operation returns: -EINTR, which generic netlink does not acknowledge, for that
 * is the worker's to do; or -EBUSY, with a message, where too many wait, or -ENOMEM. Without
 * @settings it is a reset. Changes are carried out in the order in which they were asked for, also
 * where whoever asked is gone by then.
 */
int gm_change_later(struct sk_buff *request, struct genl_info *info,
		    const struct gm_settings *settings);

#endif /* GHOSTMEM_NETLINK_CHANGE_H */
