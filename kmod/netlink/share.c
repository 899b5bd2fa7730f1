// SPDX-License-Identifier: GPL-2.0
/*
 * Shares in messages. See share.h.
 */
#include "accounts/bus_notifier.h"
#include "accounts/report.h"
#include "netlink/family.h"
#include "netlink/share.h"
#include "reader.h"

void *gm_share_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 &gm_genl_family, NLM_F_MULTI, cmd);

	if (!head)
		return NULL;
	genl_dump_check_consistent(cb, head);
	return nla_put_u32(skb, GHOSTMEM_A_ABI, GHOSTMEM_ABI) ? NULL : head;
}

static bool gm_share_dump_look(void *ctx)
{
	return true;
}

int gm_share_dump_head(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd, u32 *generation)
{
	struct gm_view view;
	struct nlattr *nest;
	void *head;

	*generation = 0;
	if (gm_tracker_read(&gm_tracker, GM_RECORDS_PAGES, &view, gm_share_dump_look, NULL))
		*generation = view.generation;
	cb->seq = view.generation;
	head = gm_share_dump_put(skb, cb, cmd);
	nest = head ? nla_nest_start(skb, GHOSTMEM_A_DUMP) : NULL;
	if (!nest || nla_put_u32(skb, GHOSTMEM_DUMP_A_GENERATION, view.generation) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_DUMP_A_CLOCK_S, view.clock, GHOSTMEM_DUMP_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_DUMP_A_UNACCOUNTED, gm_accounts_unknown(&gm_accounts),
			      GHOSTMEM_DUMP_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	genlmsg_end(skb, head);
	return skb->len;
}

void gm_share_dump_follow(struct netlink_callback *cb, u32 generation, u32 now)
{
	/* The message differs from the one before it, whose number is in prev_seq; 0 is no number. */
	if (now != generation)
		cb->seq = cb->prev_seq + 1 ?: 1;
}

int gm_put_share(struct sk_buff *skb, int type, u32 site, s64 held, u64 left)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u32(skb, GHOSTMEM_SHARE_A_SITE, site) ||
	    (held >= 0 && nla_put_u64_64bit(skb, GHOSTMEM_SHARE_A_HELD_PAGES, held,
					    GHOSTMEM_SHARE_A_PAD)) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SHARE_A_LEFT_PAGES, left, GHOSTMEM_SHARE_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
