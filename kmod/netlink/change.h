/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes that a client asks for by RESET and CONFIG_SET. A worker of their own carries them out.
 *
 * A request runs under generic netlink's cb_lock. While a family is being registered, all users of
 * generic netlink on the host wait for the longest request, and arming takes long: it builds and
 * clears a map whose size is in proportion to memory, and waits for grace periods. So the request
 * only checks what is asked for. The worker acknowledges it when the change is done or has failed.
 */
#ifndef GHOSTMEM_NETLINK_CHANGE_H
#define GHOSTMEM_NETLINK_CHANGE_H

#include <net/genetlink.h>

#include "tracker.h"

/* Starts the worker. Returns 0 or a negative error. */
int gm_change_init(void);

/* Carries out and acknowledges the waiting changes, and stops. No request may come any more. */
void gm_change_exit(void);

/*
 * Queues a change, which is a reset if @settings is NULL. Returns the value for the operation to
 * return: -EINTR, which generic netlink does not acknowledge, because the worker will do so;
 * -EBUSY, with a message, if too many changes wait; or -ENOMEM. Changes are carried out in the
 * order in which they were asked for, even if the sender has gone by then.
 */
int gm_change_later(struct sk_buff *request, struct genl_info *info,
		    const struct gm_settings *settings);

#endif /* GHOSTMEM_NETLINK_CHANGE_H */
