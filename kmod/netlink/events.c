// SPDX-License-Identifier: GPL-2.0
/*
 * EVENT_GET. See events.h.
 */
#include <linux/slab.h>
#include <net/genetlink.h>

#include "accounts/bus_notifier.h"
#include "accounts/report.h"
#include "compat/compat.h"
#include "netlink/events.h"
#include "netlink/family.h"
#include "netlink/share.h"

/**
 * struct gm_event_dump - a dump under way
 * @refused:	a negative error that ends the dump at once, or 0
 * @why:	the message for the extack
 * @headed:	the first message has been sent
 * @generation:	of the sites when the dump began
 * @seq:	number of the last event that was put
 * @event:	scratch
 */
struct gm_event_dump {
	int refused;
	const char *why;
	bool headed;
	u32 generation;
	u64 seq;
	struct gm_account_event event;
};

int gm_events_get_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = gm_genl_dump_attrs(cb);
	struct gm_event_dump *dump;
	int err = gm_netlink_may_read(cb->skb);

	if (err)
		return err;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	cb->args[0] = (long)dump;
	cb->min_dump_alloc = GM_SHARES_MSG_MAX;
	dump->refused = gm_netlink_abi(attrs, &dump->why);
	if (!dump->refused && attrs[GHOSTMEM_A_SINCE])
		dump->seq = nla_get_u64(attrs[GHOSTMEM_A_SINCE]);
	return 0;
}

int gm_events_get_done(struct netlink_callback *cb)
{
	kfree((void *)cb->args[0]);
	return 0;
}

static int gm_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, GHOSTMEM_EVENT_A_PAD);
}

static int gm_put_event(struct sk_buff *skb, const struct gm_account_event *event)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_EVENT);
	const struct gm_identity *identity = &event->identity;
	u64 now_ms = gm_accounts_now_ms();
	u32 i;

	if (!nest || gm_put_u64(skb, GHOSTMEM_EVENT_A_SEQ, event->seq) ||
	    nla_put_u32(skb, GHOSTMEM_EVENT_A_KIND, event->kind) ||
	    gm_put_u64(skb, GHOSTMEM_EVENT_A_AGE_MS, now_ms - min(now_ms, event->at_ms)) ||
	    nla_put_u32(skb, GHOSTMEM_EVENT_A_ACCOUNT, event->account) ||
	    (identity->bus[0] && nla_put_string(skb, GHOSTMEM_EVENT_A_BUS, identity->bus)) ||
	    nla_put_string(skb, GHOSTMEM_EVENT_A_NAME, identity->name) ||
	    (identity->driver[0] &&
	     nla_put_string(skb, GHOSTMEM_EVENT_A_DRIVER, identity->driver)) ||
	    (identity->module[0] &&
	     nla_put_string(skb, GHOSTMEM_EVENT_A_MODULE, identity->module)) ||
	    nla_put_u32(skb, GHOSTMEM_EVENT_A_FLAGS, event->flags))
		return -EMSGSIZE;
	if (event->kind == GHOSTMEM_EVENT_RECEIPT &&
	    (gm_put_u64(skb, GHOSTMEM_EVENT_A_LIFE_MS, event->life_ms) ||
	     gm_put_u64(skb, GHOSTMEM_EVENT_A_SETTLED_MS, event->settled_ms)))
		return -EMSGSIZE;
	for (i = 0; i < event->left.nr; i++) {
		if (gm_put_share(skb, GHOSTMEM_EVENT_A_SHARE, event->left.share[i].site, -1,
				 event->left.share[i].pages))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_event_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			     const struct gm_account_event *event)
{
	unsigned int len = skb->len;
	void *head = gm_share_dump_put(skb, cb, GHOSTMEM_CMD_EVENT_GET);

	if (!head || gm_put_event(skb, event)) {
		nlmsg_trim(skb, skb->data + len);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

int gm_events_get_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gm_event_dump *dump = (struct gm_event_dump *)cb->args[0];
	struct gm_account_event *event = &dump->event;
	u32 generation;
	int err = 0;

	if (dump->refused) {
		if (cb->extack)
			cb->extack->_msg = dump->why;
		return dump->refused;
	}
	if (!dump->headed) {
		err = gm_share_dump_head(skb, cb, GHOSTMEM_CMD_EVENT_GET,
					 &dump->generation);
		dump->headed = err > 0;
		return err;
	}
	while (!err && gm_accounts_event(&gm_accounts, dump->seq, event, &generation)) {
		gm_share_dump_follow(cb, dump->generation, generation);
		err = gm_event_dump_one(skb, cb, event);
		gm_shares_clear(&event->left);
		if (!err)
			dump->seq = event->seq;
		cond_resched();
	}
	return skb->len ?: err;
}
