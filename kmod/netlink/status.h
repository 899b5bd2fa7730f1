/* SPDX-License-Identifier: GPL-2.0 */
/*
 * STATUS_GET.
 */
#ifndef GHOSTMEM_NETLINK_STATUS_H
#define GHOSTMEM_NETLINK_STATUS_H

struct genl_info;
struct sk_buff;

int gm_status_get(struct sk_buff *request, struct genl_info *info);

#endif /* GHOSTMEM_NETLINK_STATUS_H */
