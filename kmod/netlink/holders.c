// SPDX-License-Identifier: GPL-2.0
/*
 * The search for holders: its control, and its result. See holders.h.
 *
 * No request waits for the search, which has a thread of its own.
 */
#include <linux/cred.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "census/holders/result.h"
#include "census/holders/search.h"
#include "compat/compat.h"
#include "netlink/family.h"
#include "netlink/holders.h"
#include "netlink/places.h"

/* A dump keeps a result, which the next search would otherwise free. */
#define GM_HOLDER_DUMPS_MAX	4

static struct gm_places gm_holder_dumps = GM_PLACES(GM_HOLDER_DUMPS_MAX);

/* Room in a message for a row with all links and the longest names. */
#define GM_HOLDER_MSG_MAX \
	(GHOSTMEM_HOLDER_LINKS_MAX * ((1 + GM_GROUP_SYMBOLS) * (GM_GROUP_NAME + 8) + 64) + 512)

/**
 * struct gm_holder_dump - a dump under way
 * @refused:	a negative error that ends the dump at once, or 0
 * @why:	the message for the extack
 * @uid:	the user who began the dump
 * @counted:	the dump has taken a place in gm_holder_dumps
 * @headed:	the first message has been sent
 * @next:	number of rows, and after those of stray areas, that have been sent
 * @result:	what is dumped, with a reference
 */
struct gm_holder_dump {
	int refused;
	const char *why;
	kuid_t uid;
	bool counted;
	bool headed;
	u32 next;
	struct gm_holders_result *result;
};

int gm_holders_start(struct genl_info *info)
{
	int err = gm_netlink_check_abi(info) ?: gm_search_start();

	if (err == -EBUSY)
		GENL_SET_ERR_MSG(info, "a search is running");
	return err;
}

int gm_holders_stop(struct genl_info *info)
{
	int err = gm_netlink_check_abi(info);

	if (!err)
		gm_search_stop();
	return err;
}

static int gm_put_u64(struct sk_buff *skb, int type, u64 value)
{
	BUILD_BUG_ON((int)GHOSTMEM_SEARCH_A_PAD != (int)GHOSTMEM_RESULT_A_PAD);
	BUILD_BUG_ON((int)GHOSTMEM_SEARCH_A_PAD != (int)GHOSTMEM_HOLDER_A_PAD);
	return nla_put_u64_64bit(skb, type, value, GHOSTMEM_SEARCH_A_PAD);
}

static int gm_put_search(struct sk_buff *skb, const struct gm_search_state *state)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_SEARCH);

	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_SEARCH_A_NUMBER, state->number) ||
	    nla_put_u32(skb, GHOSTMEM_SEARCH_A_PHASE, state->phase) ||
	    gm_put_u64(skb, GHOSTMEM_SEARCH_A_DONE, state->done) ||
	    gm_put_u64(skb, GHOSTMEM_SEARCH_A_TOTAL, state->total) ||
	    gm_put_u64(skb, GHOSTMEM_SEARCH_A_TARGET_PAGES, state->targets) ||
	    gm_put_u64(skb, GHOSTMEM_SEARCH_A_HELD_PAGES, state->held) ||
	    (state->reason[0] &&
	     nla_put_string(skb, GHOSTMEM_SEARCH_A_REASON, state->reason)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_holders_reply(struct sk_buff *reply, struct genl_info *info)
{
	void *head = genlmsg_put_reply(reply, info, &gm_genl_family, 0,
				       GHOSTMEM_CMD_HOLDERS_STATUS);
	struct gm_search_state state;

	gm_search_get_state(&state);
	if (!head || nla_put_u32(reply, GHOSTMEM_A_ABI, GHOSTMEM_ABI) ||
	    gm_put_search(reply, &state))
		return -EMSGSIZE;
	genlmsg_end(reply, head);
	return 0;
}

int gm_holders_status(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *reply;
	int err;

	err = gm_netlink_may_read(request);
	if (err) {
		GENL_SET_ERR_MSG(info, "reading takes CAP_PERFMON or CAP_SYS_ADMIN");
		return err;
	}
	err = gm_netlink_check_abi(info);
	if (err)
		return err;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	err = gm_holders_reply(reply, info);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

int gm_holders_get_start(struct netlink_callback *cb)
{
	struct gm_holder_dump *dump;
	int err = gm_netlink_may_read(cb->skb);

	if (err)
		return err;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	dump->uid = current_uid();
	cb->args[0] = (long)dump;
	cb->min_dump_alloc = GM_HOLDER_MSG_MAX;
	dump->refused = gm_netlink_abi(gm_genl_dump_attrs(cb), &dump->why);
	if (dump->refused)
		return 0;
	dump->counted = gm_places_take(&gm_holder_dumps, dump->uid);
	if (!dump->counted) {
		dump->refused = -EBUSY;
		dump->why = "too many dumps at once; try again";
		return 0;
	}
	dump->result = gm_search_get_result();
	if (!dump->result) {
		dump->refused = -ENODATA;
		dump->why = "no search has ended with a result";
	}
	return 0;
}

int gm_holders_get_done(struct netlink_callback *cb)
{
	struct gm_holder_dump *dump = (struct gm_holder_dump *)cb->args[0];

	if (!dump)
		return 0;
	if (dump->counted)
		gm_places_give(&gm_holder_dumps, dump->uid);
	if (dump->result)
		gm_result_put(dump->result);
	kfree(dump);
	return 0;
}

static int gm_put_lost_pages(struct sk_buff *skb, u32 kind, const struct gm_amount *amount)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_RESULT_A_LOST);

	BUILD_BUG_ON((int)GHOSTMEM_SEARCH_A_PAD != (int)GHOSTMEM_LOST_PAGES_A_PAD);
	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_LOST_PAGES_A_KIND, kind) ||
	    gm_put_u64(skb, GHOSTMEM_LOST_PAGES_A_BLOCKS, amount->blocks) ||
	    gm_put_u64(skb, GHOSTMEM_LOST_PAGES_A_PAGES, amount->pages) ||
	    nla_put(skb, GHOSTMEM_LOST_PAGES_A_ORDERS, sizeof(amount->orders), amount->orders))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_result(struct sk_buff *skb, const struct gm_holders_result *result)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_RESULT);
	u32 kind;

	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_RESULT_A_NUMBER, result->number) ||
	    gm_put_u64(skb, GHOSTMEM_RESULT_A_DURATION_NS, result->duration_ns) ||
	    gm_put_u64(skb, GHOSTMEM_RESULT_A_BUSY_NS, result->busy_ns) ||
	    gm_put_u64(skb, GHOSTMEM_RESULT_A_MEMORY_BYTES, result->memory) ||
	    gm_put_u64(skb, GHOSTMEM_RESULT_A_GHOST_BLOCKS, result->ghosts.blocks) ||
	    gm_put_u64(skb, GHOSTMEM_RESULT_A_GHOST_PAGES, result->ghosts.pages) ||
	    gm_put_u64(skb, GHOSTMEM_RESULT_A_HELD_PAGES, result->held) ||
	    gm_put_u64(skb, GHOSTMEM_RESULT_A_TAIL_PAGES, result->tail) ||
	    gm_put_u64(skb, GHOSTMEM_RESULT_A_GONE_PAGES, result->gone) ||
	    nla_put_u32(skb, GHOSTMEM_RESULT_A_DECOYS_TRIED, result->tried) ||
	    nla_put_u32(skb, GHOSTMEM_RESULT_A_DECOYS_BELIEVED, result->believed) ||
	    nla_put_u32(skb, GHOSTMEM_RESULT_A_LIMITS, result->limits) ||
	    nla_put_u32(skb, GHOSTMEM_RESULT_A_ROWS_OMITTED, result->omitted) ||
	    gm_put_u64(skb, GHOSTMEM_RESULT_A_ROWS_OMITTED_PAGES, result->omitted_pages))
		return -EMSGSIZE;
	for (kind = 0; kind < GHOSTMEM_GHOST_KINDS; kind++) {
		if (result->lost[kind].blocks && gm_put_lost_pages(skb, kind, &result->lost[kind]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_link(struct sk_buff *skb, const struct gm_group *group)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_HOLDER_A_LINK);
	unsigned int i;

	if (!nest || nla_put_u32(skb, GHOSTMEM_LINK_A_KIND, group->kind) ||
	    (group->name[0] && nla_put_string(skb, GHOSTMEM_LINK_A_NAME, group->name)) ||
	    (group->offset != GM_OFFSET_ANY &&
	     nla_put_u32(skb, GHOSTMEM_LINK_A_OFFSET, group->offset)) ||
	    (group->kind == GHOSTMEM_HOLDER_STACK &&
	     nla_put_u32(skb, GHOSTMEM_LINK_A_PID, group->key)))
		return -EMSGSIZE;
	for (i = 0; i < group->symbols; i++) {
		if (nla_put_string(skb, GHOSTMEM_LINK_A_SYMBOL, group->symbol[i]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_holder(struct sk_buff *skb, const struct gm_holders_result *result,
			 const struct gm_holder_row *row)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_HOLDER);
	u32 i;

	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_HOLDER_A_KIND, row->kind) ||
	    gm_put_u64(skb, GHOSTMEM_HOLDER_A_BLOCKS, row->amount.blocks) ||
	    gm_put_u64(skb, GHOSTMEM_HOLDER_A_PAGES, row->amount.pages) ||
	    nla_put(skb, GHOSTMEM_HOLDER_A_ORDERS, sizeof(row->amount.orders),
		    row->amount.orders) ||
	    nla_put_u32(skb, GHOSTMEM_HOLDER_A_CONFIDENCE, row->confidence))
		return -EMSGSIZE;
	for (i = 0; i < row->links; i++) {
		if (gm_put_link(skb, &result->link[row->link[i]]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_stray(struct sk_buff *skb, const struct gm_stray_row *row)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_STRAY);

	BUILD_BUG_ON((int)GHOSTMEM_SEARCH_A_PAD != (int)GHOSTMEM_STRAY_A_PAD);
	if (!nest ||
	    (row->caller[0] && nla_put_string(skb, GHOSTMEM_STRAY_A_CALLER, row->caller)) ||
	    gm_put_u64(skb, GHOSTMEM_STRAY_A_AREAS, row->areas) ||
	    gm_put_u64(skb, GHOSTMEM_STRAY_A_PAGES, row->pages))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* The first message has the result as a whole, each other one a row. */
static int gm_holder_dump_body(struct sk_buff *skb, const struct gm_holder_dump *dump)
{
	const struct gm_holders_result *result = dump->result;

	if (!dump->headed)
		return gm_put_result(skb, result);
	if (dump->next < result->rows)
		return gm_put_holder(skb, result, &result->row[dump->next]);
	return gm_put_stray(skb, &result->stray[dump->next - result->rows]);
}

static int gm_holder_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			      const struct gm_holder_dump *dump)
{
	unsigned int len = skb->len;
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 &gm_genl_family, NLM_F_MULTI, GHOSTMEM_CMD_HOLDERS_GET);
	int err = head ? nla_put_u32(skb, GHOSTMEM_A_ABI, GHOSTMEM_ABI) : -EMSGSIZE;

	if (!err)
		err = gm_holder_dump_body(skb, dump);
	if (err) {
		nlmsg_trim(skb, skb->data + len);
		return err;
	}
	genlmsg_end(skb, head);
	return 0;
}

int gm_holders_get_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gm_holder_dump *dump = (struct gm_holder_dump *)cb->args[0];
	int err = 0;

	if (dump->refused) {
		if (cb->extack)
			cb->extack->_msg = dump->why;
		return dump->refused;
	}
	if (!dump->headed) {
		err = gm_holder_dump_one(skb, cb, dump);
		dump->headed = !err;
	}
	for (; !err && dump->next < dump->result->rows + dump->result->strays;
	     dump->next += !err)
		err = gm_holder_dump_one(skb, cb, dump);
	return skb->len ?: err;
}
