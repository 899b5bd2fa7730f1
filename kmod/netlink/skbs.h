/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SKB_GET: a dump of sites of sk_buffs, in ascending order of id. Its other callbacks are
 * gm_dump_run() and gm_dump_done().
 */
#ifndef GHOSTMEM_NETLINK_SKBS_H
#define GHOSTMEM_NETLINK_SKBS_H

struct netlink_callback;

int gm_skbs_get_start(struct netlink_callback *cb);

#endif /* GHOSTMEM_NETLINK_SKBS_H */
