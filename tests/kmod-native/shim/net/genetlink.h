/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_NET_GENETLINK_H
#define SHIM_NET_GENETLINK_H

/* Needed by kmod/compat/compat.h, which has a netlink helper besides what the page map needs. */
struct nlattr;
struct netlink_callback;

struct genl_info {
    struct nlattr** attrs;
};

const struct genl_info* genl_info_dump(struct netlink_callback* cb);

#endif
