// SPDX-License-Identifier: GPL-2.0
/*
 * STATUS_GET.
 */
#include <net/genetlink.h>

#include "hooks/hooks.h"
#include "hooks/kprobe_check.h"
#include "netlink/family.h"
#include "hooks/skb_hooks.h"

static int gm_put_lost_one(struct sk_buff *skb, const char *name, u64 count, const char *meaning)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_STATUS_A_LOST_ENTRY);

	if (!nest ||
	    nla_put_string(skb, GHOSTMEM_LOST_A_NAME, name) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_LOST_A_COUNT, count, GHOSTMEM_LOST_A_PAD) ||
	    nla_put_string(skb, GHOSTMEM_LOST_A_MEANING, meaning))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int gm_put_lost(struct sk_buff *skb, int attr, const struct gm_counters *sum, enum gm_lost_of of,
		u64 unnamed)
{
	struct nlattr *nest = nla_nest_start(skb, attr);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < __GM_LOST_MAX; i++) {
		if (gm_lost_reasons[i].of != GM_LOST_OF_ALL && gm_lost_reasons[i].of != of)
			continue;
		if (gm_put_lost_one(skb, gm_lost_reasons[i].name, sum->lost[i],
				    gm_lost_reasons[i].meaning))
			return -EMSGSIZE;
	}
	if (gm_put_lost_one(skb, "unnamed", unnamed,
			    "frames of gone modules that lost their names; bytes are exact"))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* @deaf: since recording began. A tracepoint and a function's entry cannot be disarmed. */
static int gm_put_deaf(struct sk_buff *skb, const struct gm_hook_info *info,
		       const struct gm_deafness *deaf)
{
	if (!info->kp || !gm_kprobe_check_covers(info->kp))
		return 0;
	if (deaf->now && nla_put_flag(skb, GHOSTMEM_HOOK_A_DEAF))
		return -EMSGSIZE;
	if (!deaf->now && !deaf->ms)
		return 0;
	return nla_put_u64_64bit(skb, GHOSTMEM_HOOK_A_DEAF_S, DIV_ROUND_UP_ULL(deaf->ms, 1000),
				 GHOSTMEM_HOOK_A_PAD);
}

static int gm_put_hook(struct sk_buff *skb, const struct gm_hook_info *info,
		       const struct gm_deafness *deaf)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_STATUS_A_HOOK_ENTRY);

	if (!nest ||
	    nla_put_string(skb, GHOSTMEM_HOOK_A_NAME, info->name) ||
	    (info->target && nla_put_string(skb, GHOSTMEM_HOOK_A_TARGET, info->target)) ||
	    nla_put_u32(skb, GHOSTMEM_HOOK_A_KIND, info->kind) ||
	    nla_put_u32(skb, GHOSTMEM_HOOK_A_STATE, info->state) ||
	    (info->needed && nla_put_flag(skb, GHOSTMEM_HOOK_A_NEEDED)) ||
	    nla_put_string(skb, GHOSTMEM_HOOK_A_CONSEQUENCE, info->consequence) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_HOOK_A_EVENTS, info->events, GHOSTMEM_HOOK_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_HOOK_A_MISSED, info->missed, GHOSTMEM_HOOK_A_PAD) ||
	    gm_put_deaf(skb, info, deaf))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What is known as if it were known from @ms on. */
static struct gm_deafness gm_deaf_since(struct gm_deafness deaf, u64 ms)
{
	deaf.ms -= min(deaf.ms, ms);
	return deaf;
}

static int gm_put_skb_hooks(struct sk_buff *skb, const struct gm_skbs *skbs,
			    struct gm_deafness deaf)
{
	struct gm_counters sum;
	struct gm_hook_info info;
	unsigned int i;

	gm_counters_sum(skbs->counters, &sum);
	for (i = 0; i < gm_skb_hooks_count(); i++) {
		gm_skb_hooks_info(i, &sum, &info);
		if (info.name && gm_put_hook(skb, &info, &deaf))
			return -EMSGSIZE;
	}
	return 0;
}

static int gm_put_hooks(struct sk_buff *skb, const struct gm_tracker *t,
			const struct gm_counters *sum)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_STATUS_A_HOOKS);
	struct gm_deafness all = gm_kprobe_check();
	struct gm_deafness deaf = gm_deaf_since(all, t->deaf_ms);
	struct gm_hook_info info;
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < gm_hooks_count(); i++) {
		gm_hooks_info(i, sum, &info);
		if (gm_put_hook(skb, &info, &deaf))
			return -EMSGSIZE;
	}
	if (t->skb.on &&
	    gm_put_skb_hooks(skb, &t->skb.skbs, gm_deaf_since(all, t->skb.deaf_ms)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

void gm_sum_sites(const struct gm_sites *sites, struct gm_site_counts *sum)
{
	struct gm_site_counts one;
	u32 id;

	memset(sum, 0, sizeof(*sum));
	for (id = GHOSTMEM_SITE_OTHER; id < gm_sites_end(sites); id++) {
		gm_site_read(sites, id, &one);
		sum->allocs += one.allocs;
		sum->frees += one.frees;
		sum->live += one.live;
		cond_resched();
	}
}

static int gm_put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, GHOSTMEM_STATUS_A_PAD);
}

/* What only a recorder can tell; all zero while mode is off. */
static int gm_put_recorder(struct sk_buff *skb, struct gm_tracker *t)
{
	struct gm_recorder *r = &t->recorder;
	struct gm_site_counts total = {};
	struct gm_counters sum = {};
	u64 clock = 0, map_bytes = 0, sites_bytes = 0;
	u32 used = 0;

	if (t->open && t->mode != GHOSTMEM_MODE_OFF) {
		gm_sum_sites(&r->origins.sites, &total);
		gm_counters_sum(r->counters, &sum);
		clock = gm_recorder_clock(r);
		used = gm_sites_used(&r->origins.sites);
		map_bytes = atomic_long_read(&r->map.bytes) + gm_sampler_bytes(&r->sampler) +
			    sizeof(*r->origins.frames);
		sites_bytes = gm_sites_bytes(&r->origins.sites);
		if (r->fuse.blown &&
		    nla_put_string(skb, GHOSTMEM_STATUS_A_DISABLED_REASON, r->fuse.blown))
			return -EMSGSIZE;
	}
	if (t->recorder.sampled && t->mode != GHOSTMEM_MODE_OFF &&
	    nla_put_u8(skb, GHOSTMEM_STATUS_A_LEVEL, READ_ONCE(r->sampler.level)))
		return -EMSGSIZE;
	if (gm_put_u64(skb, GHOSTMEM_STATUS_A_CLOCK_S, clock) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_ARMED_S, clock ? clock - 1 : 0) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_LIVE_PAGES, total.live) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_ALLOCS, total.allocs) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_FREES, total.frees) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_FREES_UNKNOWN_PAGES, sum.unknown) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_SITES, used) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_MAP_BYTES, map_bytes) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_SITES_BYTES, sites_bytes) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_STACKS_UNWOUND, sum.stacks_unwound) ||
	    gm_put_u64(skb, GHOSTMEM_STATUS_A_STACKS_VERIFIED, sum.stacks_verified))
		return -EMSGSIZE;
	return gm_put_lost(skb, GHOSTMEM_STATUS_A_LOST, &sum, GM_LOST_OF_PAGES,
			   t->symbols.unnamed) ?: gm_put_hooks(skb, t, &sum);
}

/* @change is under way, if any; hooks and settings are read beside it then. */
static int gm_put_status(struct sk_buff *skb, struct gm_tracker *t, u32 change)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_STATUS);

	if (!nest ||
	    (change && nla_put_u32(skb, GHOSTMEM_STATUS_A_CHANGE, change)) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_MODE, t->mode) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_GENERATION, t->generation) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_PAGE_SIZE, PAGE_SIZE) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_SITES_MAX, t->max_sites) ||
	    nla_put_u8(skb, GHOSTMEM_STATUS_A_LEVEL_MIN, READ_ONCE(t->governor.base)) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_BUDGET_PPM, READ_ONCE(t->governor.budget_ppm)) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_COST_PPM, READ_ONCE(t->governor.cost_ppm)) ||
	    nla_put_u32(skb, GHOSTMEM_STATUS_A_PAIR_NS, t->governor.pair_ns) ||
	    gm_put_recorder(skb, t) || gm_put_skb_status(skb, &t->skb))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/*
 * Hooks come and go, and settings change, under control. Whoever holds it may take long, and
 * generic netlink's users must not queue behind that: then its change is part of the answer, and
 * each hook is told as it was before or is afterwards.
 */
static int gm_put_status_now(struct sk_buff *skb, struct gm_tracker *t)
{
	bool settled = mutex_trylock(&t->control);
	int err;

	down_read(&t->books);
	err = gm_put_status(skb, t, settled ? 0 : READ_ONCE(t->change));
	up_read(&t->books);
	if (settled)
		mutex_unlock(&t->control);
	return err;
}

int gm_netlink_status(struct sk_buff *skb, struct genl_info *info)
{
	struct gm_tracker *t = &gm_tracker;
	struct sk_buff *reply;
	void *head;
	int err;

	err = gm_netlink_may_read(skb);
	if (err) {
		GENL_SET_ERR_MSG(info, "reading takes CAP_PERFMON or CAP_SYS_ADMIN");
		return err;
	}
	err = gm_netlink_check_abi(info);
	/* A peer of another ABI is told so by an ordinary reply that it can read. */
	if (err && err != -EPROTO)
		return err;
	reply = genlmsg_new(4 * NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	head = genlmsg_put_reply(reply, info, &gm_genl_family, 0, GHOSTMEM_CMD_STATUS_GET);
	if (!head ||
	    nla_put_u32(reply, GHOSTMEM_A_ABI, GHOSTMEM_ABI) ||
	    nla_put_string(reply, GHOSTMEM_A_VERSION, GHOSTMEM_VERSION))
		goto too_long;
	if (!err && gm_put_status_now(reply, t))
		goto too_long;
	genlmsg_end(reply, head);
	return genlmsg_reply(reply, info);

too_long:
	nlmsg_free(reply);
	return -EMSGSIZE;
}
