// SPDX-License-Identifier: GPL-2.0
/*
 * STATUS_GET. See status.h.
 */
#include <linux/slab.h>
#include <net/genetlink.h>

#include "netlink/family.h"
#include "netlink/status.h"
#include "tracker_status.h"

static int gm_put_u64(struct sk_buff *skb, int attr, u64 value)
{
	/* The PAD of every nest that uses this has the same number. */
	BUILD_BUG_ON((int)GHOSTMEM_STATUS_A_PAD != (int)GHOSTMEM_LOST_A_PAD);
	BUILD_BUG_ON((int)GHOSTMEM_STATUS_A_PAD != (int)GHOSTMEM_HOOK_A_PAD);
	BUILD_BUG_ON((int)GHOSTMEM_STATUS_A_PAD != (int)GHOSTMEM_SKB_A_PAD);
	return nla_put_u64_64bit(skb, attr, value, GHOSTMEM_STATUS_A_PAD);
}

static int gm_put_lost_reason(struct sk_buff *skb, int attr, const char *name, u64 count,
			      const char *meaning)
{
	struct nlattr *nest = nla_nest_start(skb, attr);

	if (!nest ||
	    nla_put_string(skb, GHOSTMEM_LOST_A_NAME, name) ||
	    gm_put_u64(skb, GHOSTMEM_LOST_A_COUNT, count) ||
	    nla_put_string(skb, GHOSTMEM_LOST_A_MEANING, meaning))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Puts an @attr for each reason why events of kind @of can be lost. */
static int gm_put_lost(struct sk_buff *skb, int attr, const struct gm_records_status *records,
		       enum gm_lost_of of)
{
	unsigned int i;

	for (i = 0; i < __GM_LOST_MAX; i++) {
		const struct gm_lost_reason *reason = &gm_lost_reasons[i];

		if (reason->of != GM_LOST_OF_ALL && reason->of != of)
			continue;
		if (gm_put_lost_reason(skb, attr, reason->name, records->sum.lost[i],
				       reason->meaning))
			return -EMSGSIZE;
	}
	return gm_put_lost_reason(skb, attr, "unnamed", records->unnamed,
				  "frames of gone modules that lost their names; bytes are exact");
}

static int gm_put_hook(struct sk_buff *skb, const struct gm_hook_status *hook)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_STATUS_A_HOOK);
	const struct gm_hook_info *info = &hook->info;

	if (!nest ||
	    nla_put_string(skb, GHOSTMEM_HOOK_A_NAME, info->name) ||
	    (info->target && nla_put_string(skb, GHOSTMEM_HOOK_A_TARGET, info->target)) ||
	    nla_put_u32(skb, GHOSTMEM_HOOK_A_KIND, info->kind) ||
	    nla_put_u32(skb, GHOSTMEM_HOOK_A_STATE,
			hook->deaf ? GHOSTMEM_HOOK_DEAF : info->state) ||
	    (info->needed && nla_put_flag(skb, GHOSTMEM_HOOK_A_NEEDED)) ||
	    nla_put_string(skb, GHOSTMEM_HOOK_A_CONSEQUENCE, info->consequence) ||
	    gm_put_u64(skb, GHOSTMEM_HOOK_A_EVENTS, info->events) ||
	    gm_put_u64(skb, GHOSTMEM_HOOK_A_MISSED, info->missed))
		return -EMSGSIZE;
	if ((hook->deaf || hook->deaf_ms) &&
	    gm_put_u64(skb, GHOSTMEM_HOOK_A_DEAF_S, DIV_ROUND_UP_ULL(hook->deaf_ms, 1000)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_hooks(struct sk_buff *skb, const struct gm_status *status)
{
	unsigned int i;

	for (i = 0; i < status->nr_hooks; i++) {
		if (gm_put_hook(skb, &status->hook[i]))
			return -EMSGSIZE;
	}
	return 0;
}

static int gm_put_settings(struct sk_buff *skb, const struct gm_status *status)
{
	if ((status->change && nla_put_u32(skb, GHOSTMEM_STATUS_A_CHANGE, status->change)) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_MODE, status->mode) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_PAGE_SIZE, PAGE_SIZE) ||
	    nla_put_u8(skb, GHOSTMEM_STATUS_A_LEVEL_MIN, status->base) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_BUDGET_PPM, status->budget_ppm) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_COST_PPM, status->cost_ppm) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_PAIR_NS, status->pair_ns) ||
	    (status->sampled && nla_put_u8(skb, GHOSTMEM_STATUS_A_LEVEL, status->level)))
		return -EMSGSIZE;
	return 0;
}

static int gm_put_page_records(struct sk_buff *skb, const struct gm_records_status *pages)
{
	if (nla_put_u32(skb, GHOSTMEM_STATUS_A_GENERATION, pages->generation) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_SITES_MAX, pages->sites_max) ||
	    (pages->broken &&
	     nla_put_string(skb, GHOSTMEM_STATUS_A_DISABLED_REASON, pages->broken)) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_CLOCK_S, pages->clock) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_ARMED_S, pages->clock ? pages->clock - 1 : 0) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_LIVE_PAGES, pages->total.live) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_ALLOCS, pages->total.allocs) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_FREES, pages->total.frees) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_FREES_UNKNOWN_PAGES, pages->sum.unknown) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_SITES, pages->sites) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_MAP_BYTES, pages->table_bytes) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_SITES_BYTES, pages->sites_bytes) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_STACKS_UNWOUND, pages->sum.stacks_unwound) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_STACKS_VERIFIED, pages->sum.stacks_verified))
		return -EMSGSIZE;
	return gm_put_lost(skb, GHOSTMEM_STATUS_A_LOST, pages, GM_LOST_OF_PAGES);
}

static int gm_put_skb_records(struct sk_buff *skb, const struct gm_records_status *skbs)
{
	if (gm_put_u64(skb, GHOSTMEM_SKB_A_CLOCK_S, skbs->clock) ||
	    nla_put_u32(skb, GHOSTMEM_SKB_A_GENERATION, skbs->generation) ||
	    gm_put_u64(skb, GHOSTMEM_SKB_A_LIVE, skbs->total.live) ||
	    gm_put_u64(skb, GHOSTMEM_SKB_A_BORN, skbs->total.allocs) ||
	    gm_put_u64(skb, GHOSTMEM_SKB_A_DIED, skbs->total.frees) ||
	    gm_put_u64(skb, GHOSTMEM_SKB_A_UNKNOWN, skbs->sum.unknown) ||
	    nla_put_u32(skb, GHOSTMEM_SKB_A_SITES, skbs->sites) ||
	    nla_put_u32(skb, GHOSTMEM_SKB_A_SITES_MAX, skbs->sites_max) ||
	    gm_put_u64(skb, GHOSTMEM_SKB_A_ROOM, skbs->room) ||
	    gm_put_u64(skb, GHOSTMEM_SKB_A_BYTES, skbs->table_bytes) ||
	    (skbs->broken && nla_put_string(skb, GHOSTMEM_SKB_A_DISABLED_REASON, skbs->broken)))
		return -EMSGSIZE;
	return gm_put_lost(skb, GHOSTMEM_SKB_A_LOST, skbs, GM_LOST_OF_SKBS);
}

static int gm_put_skbs(struct sk_buff *skb, const struct gm_status *status)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_STATUS_A_SKB);

	if (!nest || nla_put_u8(skb, GHOSTMEM_SKB_A_ON, status->skb_on) ||
	    (status->skb_on && gm_put_skb_records(skb, &status->skbs)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_status(struct sk_buff *skb)
{
	struct gm_status *status = kmalloc(sizeof(*status), GFP_KERNEL);
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_STATUS);
	int err = -EMSGSIZE;

	if (!status)
		return -ENOMEM;
	gm_tracker_status(&gm_tracker, status);
	if (nest && !gm_put_settings(skb, status) && !gm_put_page_records(skb, &status->pages) &&
	    !gm_put_hooks(skb, status) && !gm_put_skbs(skb, status)) {
		nla_nest_end(skb, nest);
		err = 0;
	}
	kfree(status);
	return err;
}

static int gm_status_reply(struct sk_buff *reply, struct genl_info *info, bool whole)
{
	void *head = genlmsg_put_reply(reply, info, &gm_genl_family, 0, GHOSTMEM_CMD_STATUS_GET);
	int err;

	if (!head ||
	    nla_put_u32(reply, GHOSTMEM_A_ABI, GHOSTMEM_ABI) ||
	    nla_put_string(reply, GHOSTMEM_A_VERSION, GHOSTMEM_VERSION))
		return -EMSGSIZE;
	err = whole ? gm_put_status(reply) : 0;
	if (!err)
		genlmsg_end(reply, head);
	return err;
}

int gm_status_get(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *reply;
	int err, abi;

	err = gm_netlink_may_read(request);
	if (err) {
		GENL_SET_ERR_MSG(info, "reading takes CAP_PERFMON or CAP_SYS_ADMIN");
		return err;
	}
	abi = gm_netlink_check_abi(info);
	/* A peer with another ABI learns this from an ordinary reply, which it can read. */
	if (abi && abi != -EPROTO)
		return abi;
	reply = genlmsg_new(4 * NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	err = gm_status_reply(reply, info, !abi);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}
