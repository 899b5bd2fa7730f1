// SPDX-License-Identifier: GPL-2.0
/*
 * The family: permissions, a strict policy for each operation, and the operations that change
 * something. Operations run in parallel (no genl_mutex); the tracker has its own locks.
 *
 * Still, requests run under generic netlink's cb_lock: while a family waits to be registered, all
 * users of generic netlink on the host wait for the running requests. So nothing that takes long is
 * done here: a worker carries out changes, see change.h, STATUS_GET does not wait for it, and the
 * long part of a dump runs without that lock, see dump.h.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <net/genetlink.h>

#include "census/holders/search.h"
#include "compat/compat.h"
#include "netlink/change.h"
#include "netlink/dump.h"
#include "netlink/family.h"
#include "netlink/holders.h"
#include "netlink/pages.h"
#include "netlink/sites.h"
#include "netlink/skbs.h"
#include "netlink/sockets.h"
#include "netlink/status.h"

/*
 * Attributes that are not named in a policy are refused: validation is strict, and the type 0 of an
 * unnamed attribute means "not supported".
 */
static const struct nla_policy gm_abi_policy[GHOSTMEM_A_MAX + 1] = {
	[GHOSTMEM_A_ABI] = { .type = NLA_U32 },
};

static const struct nla_policy gm_filter_policy[GHOSTMEM_FILTER_A_MAX + 1] = {
	[GHOSTMEM_FILTER_A_MIN] = { .type = NLA_U64 },
	[GHOSTMEM_FILTER_A_SINCE_S] = { .type = NLA_U64 },
	[GHOSTMEM_FILTER_A_UNTIL_S] = { .type = NLA_U64 },
};

static const struct nla_policy gm_sites_policy[GHOSTMEM_A_MAX + 1] = {
	[GHOSTMEM_A_ABI] = { .type = NLA_U32 },
	[GHOSTMEM_A_FILTER] = NLA_POLICY_NESTED(gm_filter_policy),
};

static const struct nla_policy gm_sockets_policy[GHOSTMEM_A_MAX + 1] = {
	[GHOSTMEM_A_ABI] = { .type = NLA_U32 },
	[GHOSTMEM_A_TOP] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy gm_skb_filter_policy[GHOSTMEM_FILTER_A_MAX + 1] = {
	[GHOSTMEM_FILTER_A_MIN] = { .type = NLA_U64 },
};

static const struct nla_policy gm_skbs_policy[GHOSTMEM_A_MAX + 1] = {
	[GHOSTMEM_A_ABI] = { .type = NLA_U32 },
	[GHOSTMEM_A_FILTER] = NLA_POLICY_NESTED(gm_skb_filter_policy),
};

/* Not const: on older kernels nla_policy.range is not a pointer to const. */
static struct netlink_range_validation gm_budget_range = {
	.max = GHOSTMEM_BUDGET_PPM_MAX,
};

static const struct nla_policy gm_config_nest_policy[GHOSTMEM_CONFIG_A_MAX + 1] = {
	[GHOSTMEM_CONFIG_A_MODE] = NLA_POLICY_MAX(NLA_U32, GHOSTMEM_MODE_MAX),
	[GHOSTMEM_CONFIG_A_LEVEL] = NLA_POLICY_RANGE(NLA_U8, GHOSTMEM_LEVEL_MIN,
						     GHOSTMEM_LEVEL_MAX),
	[GHOSTMEM_CONFIG_A_BUDGET_PPM] = NLA_POLICY_FULL_RANGE(NLA_U32, &gm_budget_range),
	[GHOSTMEM_CONFIG_A_SKB] = NLA_POLICY_MAX(NLA_U8, 1),
};

static const struct nla_policy gm_config_policy[GHOSTMEM_A_MAX + 1] = {
	[GHOSTMEM_A_ABI] = { .type = NLA_U32 },
	[GHOSTMEM_A_CONFIG] = NLA_POLICY_NESTED(gm_config_nest_policy),
};

/*
 * Whether the sender may read. The flag GENL_ADMIN_PERM, which every operation has, requires
 * CAP_NET_ADMIN before any code of this module runs. That is not enough: containers that share the
 * host's network have it. The replies tell who allocates, all over the host, so reading also
 * requires the capability that perf requires. A change affects what everybody else is told, so it
 * requires CAP_SYS_ADMIN. CAP_NET_ADMIN stays necessary: it covers sockets and network devices of
 * all namespaces (sock_diag requires it), which a mere profiler should not see, and an operation
 * that lacks the check here would still not be open to everybody.
 *
 * netlink_capable() checks both the sender and the opener of the socket, in the initial user
 * namespace.
 */
int gm_netlink_may_read(struct sk_buff *request)
{
	return netlink_capable(request, CAP_PERFMON) ||
	       netlink_capable(request, CAP_SYS_ADMIN) ? 0 : -EPERM;
}

static int gm_netlink_may_change(struct genl_info *info, struct sk_buff *request)
{
	if (netlink_capable(request, CAP_SYS_ADMIN))
		return 0;
	GENL_SET_ERR_MSG(info, "changing takes CAP_SYS_ADMIN");
	return -EPERM;
}

int gm_netlink_abi(struct nlattr **attrs, const char **why)
{
	if (!attrs || !attrs[GHOSTMEM_A_ABI]) {
		*why = "GHOSTMEM_A_ABI is missing";
		return -EINVAL;
	}
	if (nla_get_u32(attrs[GHOSTMEM_A_ABI]) != GHOSTMEM_ABI) {
		*why = "this ghostmem.ko " GHOSTMEM_VERSION " speaks ABI "
		       __stringify(GHOSTMEM_ABI) ", the request another one";
		return -EPROTO;
	}
	return 0;
}

int gm_netlink_check_abi(struct genl_info *info)
{
	const char *why;
	int err = gm_netlink_abi(info->attrs, &why);

	if (err && info->extack)
		info->extack->_msg = why;
	return err;
}

static int gm_netlink_reset(struct sk_buff *skb, struct genl_info *info)
{
	int err = gm_netlink_may_change(info, skb) ?: gm_netlink_check_abi(info);

	return err ?: gm_change_later(skb, info, NULL);
}

/* Fills @settings from the attributes of CONFIG. Returns false if there are none. */
static bool gm_settings_of(struct gm_settings *settings, struct nlattr **attrs)
{
	struct nlattr *mode = attrs[GHOSTMEM_CONFIG_A_MODE];
	struct nlattr *level = attrs[GHOSTMEM_CONFIG_A_LEVEL];
	struct nlattr *budget = attrs[GHOSTMEM_CONFIG_A_BUDGET_PPM];
	struct nlattr *skb = attrs[GHOSTMEM_CONFIG_A_SKB];

	settings->set_mode = mode;
	settings->set_level = level;
	settings->set_budget = budget;
	settings->set_skb = skb;
	if (mode)
		settings->mode = nla_get_u32(mode);
	if (level)
		settings->level = nla_get_u8(level);
	if (budget)
		settings->budget_ppm = nla_get_u32(budget);
	if (skb)
		settings->skb = nla_get_u8(skb);
	return mode || level || budget || skb;
}

static int gm_netlink_config(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attrs[GHOSTMEM_CONFIG_A_MAX + 1];
	struct gm_settings settings = {};
	int err;

	err = gm_netlink_may_change(info, skb) ?: gm_netlink_check_abi(info);
	if (err)
		return err;
	if (!info->attrs[GHOSTMEM_A_CONFIG]) {
		GENL_SET_ERR_MSG(info, "GHOSTMEM_A_CONFIG is missing");
		return -EINVAL;
	}
	err = nla_parse_nested(attrs, GHOSTMEM_CONFIG_A_MAX, info->attrs[GHOSTMEM_A_CONFIG],
			       gm_config_nest_policy, info->extack);
	if (err)
		return err;
	if (!gm_settings_of(&settings, attrs)) {
		GENL_SET_ERR_MSG(info, "GHOSTMEM_A_CONFIG is empty");
		return -EINVAL;
	}
	return gm_change_later(skb, info, &settings);
}

static int gm_netlink_holders_start(struct sk_buff *skb, struct genl_info *info)
{
	return gm_netlink_may_change(info, skb) ?: gm_holders_start(info);
}

static int gm_netlink_holders_stop(struct sk_buff *skb, struct genl_info *info)
{
	return gm_netlink_may_change(info, skb) ?: gm_holders_stop(info);
}

static const struct genl_ops gm_genl_ops[] = {
	{
		.cmd = GHOSTMEM_CMD_STATUS_GET,
		.flags = GENL_ADMIN_PERM,
		.doit = gm_status_get,
		.policy = gm_abi_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_SITE_GET,
		.flags = GENL_ADMIN_PERM,
		.start = gm_sites_get_start,
		.dumpit = gm_dump_run,
		.done = gm_dump_done,
		.policy = gm_sites_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_SKB_GET,
		.flags = GENL_ADMIN_PERM,
		.start = gm_skbs_get_start,
		.dumpit = gm_dump_run,
		.done = gm_dump_done,
		.policy = gm_skbs_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_RESET,
		.flags = GENL_ADMIN_PERM,
		.doit = gm_netlink_reset,
		.policy = gm_abi_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_CONFIG_SET,
		.flags = GENL_ADMIN_PERM,
		.doit = gm_netlink_config,
		.policy = gm_config_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_SOCKET_GET,
		.flags = GENL_ADMIN_PERM,
		.start = gm_sockets_get_start,
		.dumpit = gm_sockets_get_dump,
		.done = gm_sockets_get_done,
		.policy = gm_sockets_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_ZONE_GET,
		.flags = GENL_ADMIN_PERM,
		.start = gm_zones_get_start,
		.dumpit = gm_zones_get_dump,
		.done = gm_zones_get_done,
		.policy = gm_abi_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_HOLDERS_START,
		.flags = GENL_ADMIN_PERM,
		.doit = gm_netlink_holders_start,
		.policy = gm_abi_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_HOLDERS_STOP,
		.flags = GENL_ADMIN_PERM,
		.doit = gm_netlink_holders_stop,
		.policy = gm_abi_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_HOLDERS_STATUS,
		.flags = GENL_ADMIN_PERM,
		.doit = gm_holders_status,
		.policy = gm_abi_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
	{
		.cmd = GHOSTMEM_CMD_HOLDERS_GET,
		.flags = GENL_ADMIN_PERM,
		.start = gm_holders_get_start,
		.dumpit = gm_holders_get_dump,
		.done = gm_holders_get_done,
		.policy = gm_abi_policy,
		.maxattr = GHOSTMEM_A_MAX,
	},
};

struct genl_family gm_genl_family = {
	.name = GHOSTMEM_GENL_NAME,
	.version = GHOSTMEM_GENL_VERSION,
	.maxattr = GHOSTMEM_A_MAX,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = gm_genl_ops,
	.n_ops = ARRAY_SIZE(gm_genl_ops),
};

int gm_netlink_init(void)
{
	int err = gm_change_init();

	if (err)
		return err;
	err = genl_register_family(&gm_genl_family);
	if (err)
		gm_change_exit();
	return err;
}

void gm_netlink_exit(void)
{
	genl_unregister_family(&gm_genl_family);
	gm_search_exit();
	gm_change_exit();
}
