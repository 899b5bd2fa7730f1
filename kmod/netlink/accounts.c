// SPDX-License-Identifier: GPL-2.0
/*
 * DEVICE_GET and MODULE_GET. See accounts.h.
 *
 * What an account holds is looked up when its turn comes, in a call from the reader's recvmsg(),
 * and kept until all of it is put. So a device may be unplugged during the dump: it is told as it
 * was.
 */
#include <linux/cred.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "accounts/bus_notifier.h"
#include "accounts/report.h"
#include "compat/compat.h"
#include "netlink/accounts.h"
#include "netlink/family.h"
#include "netlink/places.h"
#include "netlink/share.h"

/* Each dump keeps the sites of one account. */
static struct gm_places gm_account_dumps = GM_PLACES(8);

/**
 * struct gm_account_dump - a dump under way
 * @refused:	a negative error that ends the dump at once, or 0
 * @why:	the message for the extack
 * @uid:	the user who began the dump
 * @counted:	the dump has taken a place in gm_account_dumps
 * @cmd:	the operation, enum ghostmem_cmd
 * @headed:	the first message has been sent
 * @loaded:	@report is an account of which something is still to be put
 * @begun:	its names have been put
 * @at:		place of that account, or of the next one
 * @held:	index of its next share in report.held
 * @left:	likewise in report.left
 * @generation:	of the sites when the dump began
 * @report:	the account
 */
struct gm_account_dump {
	int refused;
	const char *why;
	kuid_t uid;
	bool counted;
	u8 cmd;
	bool headed;
	bool loaded;
	bool begun;
	int at;
	u32 held;
	u32 left;
	u32 generation;
	struct gm_account_report report;
};

static int gm_account_dump_start(struct netlink_callback *cb, u8 cmd)
{
	struct gm_account_dump *dump;
	int err = gm_netlink_may_read(cb->skb);

	if (err)
		return err;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	dump->uid = current_uid();
	dump->cmd = cmd;
	cb->args[0] = (long)dump;
	cb->min_dump_alloc = GM_SHARES_MSG_MAX;
	dump->refused = gm_netlink_abi(gm_genl_dump_attrs(cb), &dump->why);
	if (dump->refused)
		return 0;
	dump->counted = gm_places_take(&gm_account_dumps, dump->uid);
	if (!dump->counted) {
		dump->refused = -EBUSY;
		dump->why = "too many dumps at once; try again";
	}
	return 0;
}

int gm_devices_get_start(struct netlink_callback *cb)
{
	return gm_account_dump_start(cb, GHOSTMEM_CMD_DEVICE_GET);
}

int gm_modules_get_start(struct netlink_callback *cb)
{
	return gm_account_dump_start(cb, GHOSTMEM_CMD_MODULE_GET);
}

int gm_accounts_get_done(struct netlink_callback *cb)
{
	struct gm_account_dump *dump = (struct gm_account_dump *)cb->args[0];

	if (!dump)
		return 0;
	if (dump->counted)
		gm_places_give(&gm_account_dumps, dump->uid);
	if (dump->loaded)
		gm_account_report_clear(&dump->report);
	kfree(dump);
	return 0;
}

static int gm_put_names(struct sk_buff *skb, const struct gm_account_report *report)
{
	const struct gm_identity *identity = &report->identity;
	u64 now_ms = gm_accounts_now_ms();

	if ((identity->bus[0] && nla_put_string(skb, GHOSTMEM_ACCOUNT_A_BUS, identity->bus)) ||
	    nla_put_string(skb, GHOSTMEM_ACCOUNT_A_NAME, identity->name) ||
	    (identity->driver[0] &&
	     nla_put_string(skb, GHOSTMEM_ACCOUNT_A_DRIVER, identity->driver)) ||
	    (identity->module[0] &&
	     nla_put_string(skb, GHOSTMEM_ACCOUNT_A_MODULE, identity->module)) ||
	    nla_put_u32(skb, GHOSTMEM_ACCOUNT_A_STATE, report->state) ||
	    nla_put_u32(skb, GHOSTMEM_ACCOUNT_A_FLAGS, report->flags) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_ACCOUNT_A_SINCE_MS,
			      now_ms - min(now_ms, report->since_ms), GHOSTMEM_ACCOUNT_A_PAD) ||
	    nla_put_u32(skb, GHOSTMEM_ACCOUNT_A_LIVES, report->lives))
		return -EMSGSIZE;
	return 0;
}

/* Puts the next share of the account, in which both lists are merged by site. */
static int gm_put_next_share(struct sk_buff *skb, struct gm_account_dump *dump)
{
	const struct gm_shares *held = &dump->report.held, *left = &dump->report.left;
	u32 held_site = dump->held < held->nr ? held->share[dump->held].site : U32_MAX;
	u32 left_site = dump->left < left->nr ? left->share[dump->left].site : U32_MAX;
	u32 site = min(held_site, left_site);
	s64 held_pages = held_site == site ? held->share[dump->held].pages : 0;
	s64 left_pages = left_site == site ? left->share[dump->left].pages : 0;

	if (gm_put_share(skb, GHOSTMEM_ACCOUNT_A_SHARE, site, held_pages, left_pages))
		return -EMSGSIZE;
	dump->held += held_site == site;
	dump->left += left_site == site;
	return 0;
}

static bool gm_account_dump_more(const struct gm_account_dump *dump)
{
	return dump->held < dump->report.held.nr || dump->left < dump->report.left.nr;
}

/* Puts a message: the account's names if they have not been put, and as many shares as may be. */
static int gm_account_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			       struct gm_account_dump *dump)
{
	u32 held = dump->held, left = dump->left, nr;
	unsigned int len = skb->len;
	struct nlattr *nest;
	void *head;

	head = gm_share_dump_put(skb, cb, dump->cmd);
	nest = head ? nla_nest_start(skb, GHOSTMEM_A_ACCOUNT) : NULL;
	if (!nest || nla_put_u32(skb, GHOSTMEM_ACCOUNT_A_ID, dump->report.id) ||
	    (!dump->begun && gm_put_names(skb, &dump->report)))
		goto err;
	for (nr = 0; nr < GHOSTMEM_SHARES_MAX && gm_account_dump_more(dump); nr++) {
		if (gm_put_next_share(skb, dump))
			goto err;
	}
	nla_nest_end(skb, nest);
	genlmsg_end(skb, head);
	dump->begun = true;
	return 0;

err:
	dump->held = held;
	dump->left = left;
	nlmsg_trim(skb, skb->data + len);
	return -EMSGSIZE;
}

/* Makes the next account the present one. Returns false if there is none. */
static bool gm_account_dump_next(struct gm_account_dump *dump, struct netlink_callback *cb)
{
	if (dump->loaded) {
		gm_account_report_clear(&dump->report);
		dump->loaded = false;
		dump->at++;
	}
	dump->at = gm_accounts_read(&gm_accounts, dump->at,
				    dump->cmd == GHOSTMEM_CMD_MODULE_GET, &dump->report);
	if (dump->at < 0) {
		dump->at = GHOSTMEM_ACCOUNTS_MAX;
		return false;
	}
	dump->loaded = true;
	dump->begun = false;
	dump->held = 0;
	dump->left = 0;
	return true;
}

int gm_accounts_get_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gm_account_dump *dump = (struct gm_account_dump *)cb->args[0];
	int err = 0;

	if (dump->refused) {
		if (cb->extack)
			cb->extack->_msg = dump->why;
		return dump->refused;
	}
	if (!dump->headed) {
		err = gm_share_dump_head(skb, cb, dump->cmd, &dump->generation);
		dump->headed = err > 0;
		return err;
	}
	while (!err) {
		if ((!dump->loaded || (dump->begun && !gm_account_dump_more(dump))) &&
		    !gm_account_dump_next(dump, cb))
			break;
		/* Before each message, or a message that is put again would not be marked. */
		gm_share_dump_follow(cb, dump->generation, dump->report.generation);
		err = gm_account_dump_one(skb, cb, dump);
		cond_resched();
	}
	return skb->len ?: err;
}
