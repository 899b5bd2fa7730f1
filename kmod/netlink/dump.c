// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps of sites. See dump.h.
 */
#include <linux/cred.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "compat/compat.h"
#include "netlink/dump.h"
#include "netlink/family.h"
#include "netlink/places.h"
#include "netlink/site.h"

/* Room in a message for a site of 24 frames with the longest names. */
#define GM_SITE_MSG_MAX	(GHOSTMEM_STACK_MAX * (GM_SYMBOL_LEN + MODULE_NAME_LEN + 96) + 512)

/* Limits memory: each dump holds a struct gm_tally for each site. No user needs more dumps. */
static struct gm_places gm_dumps = GM_PLACES(8);

static void gm_dump_refuse(struct gm_dump *dump, int err, const char *why)
{
	dump->refused = err;
	dump->why = why;
}

static void gm_dump_filter(struct gm_dump *dump, struct nlattr **attrs)
{
	struct nlattr *asked[GHOSTMEM_FILTER_A_MAX + 1];
	struct gm_filter *filter = &dump->filter;

	filter->min_units = 1;
	filter->until = U64_MAX;
	if (!attrs[GHOSTMEM_A_FILTER])
		return;
	/* The nested policy was applied together with the message's. */
	if (nla_parse_nested(asked, GHOSTMEM_FILTER_A_MAX, attrs[GHOSTMEM_A_FILTER], NULL, NULL)) {
		gm_dump_refuse(dump, -EINVAL, "GHOSTMEM_A_FILTER is malformed");
		return;
	}
	if (asked[GHOSTMEM_FILTER_A_MIN])
		filter->min_units = nla_get_u64(asked[GHOSTMEM_FILTER_A_MIN]);
	if (asked[GHOSTMEM_FILTER_A_SINCE_S])
		filter->since = nla_get_u64(asked[GHOSTMEM_FILTER_A_SINCE_S]);
	if (asked[GHOSTMEM_FILTER_A_UNTIL_S])
		filter->until = nla_get_u64(asked[GHOSTMEM_FILTER_A_UNTIL_S]);
	filter->window = asked[GHOSTMEM_FILTER_A_SINCE_S] || asked[GHOSTMEM_FILTER_A_UNTIL_S];
	if (filter->window && filter->since >= filter->until)
		gm_dump_refuse(dump, -EINVAL, "the window is empty: since is not before until");
}

void gm_dump_tally(struct gm_dump *dump, gm_record_t rec)
{
	u32 id = gm_record_site(rec);

	if (id < dump->end)
		gm_tally_add(&dump->tally[id], &dump->filter, rec, dump->clock);
}

/* Whether the sites that the dump began with are still there. The view has to be held. */
static bool gm_dump_current(const struct gm_dump *dump)
{
	return dump->view.generation == dump->generation;
}

static int gm_dump_room(struct gm_dump *dump)
{
	dump->tally = vzalloc(array_size(dump->end, sizeof(*dump->tally)));
	if (!dump->tally)
		return -ENOMEM;
	return dump->kind->begin ? dump->kind->begin(dump) : 0;
}

/* Fixes the range of site ids and the clock of the dump. */
static bool gm_dump_fix(void *ctx)
{
	struct gm_dump *dump = ctx;

	dump->end = gm_sites_end(dump->view.sites);
	dump->clock = dump->view.clock;
	if (dump->view.broken)
		gm_dump_refuse(dump, -EIO, "the tracker turned itself off; see status");
	return true;
}

static void gm_dump_begin(struct gm_dump *dump)
{
	gm_tracker_read(&gm_tracker, dump->kind->of, &dump->view, gm_dump_fix, dump);
	dump->generation = dump->view.generation;
	if (!dump->refused && dump->end && gm_dump_room(dump))
		gm_dump_refuse(dump, -ENOMEM, "not enough memory for a dump");
}

static bool gm_dump_step(void *ctx)
{
	struct gm_dump *dump = ctx;

	return gm_dump_current(dump) && dump->kind->walk(dump, &dump->cursor);
}

static void gm_dump_walk(struct gm_dump *dump)
{
	while (dump->end &&
	       gm_tracker_read(&gm_tracker, dump->kind->of, &dump->view, gm_dump_step, dump))
		cond_resched();
	dump->next = GHOSTMEM_SITE_OTHER;
}

int gm_dump_start(struct netlink_callback *cb, const struct gm_dump_kind *kind)
{
	struct nlattr **attrs = gm_genl_dump_attrs(cb);
	struct gm_dump *dump;
	const char *why;
	int err;

	err = gm_netlink_may_read(cb->skb);
	if (err)
		return err;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	dump->kind = kind;
	dump->uid = current_uid();
	cb->args[0] = (long)dump;
	cb->min_dump_alloc = GM_SITE_MSG_MAX + kind->room;

	err = gm_netlink_abi(attrs, &why);
	dump->counted = !err && gm_places_take(&gm_dumps, dump->uid);
	if (err)
		gm_dump_refuse(dump, err, why);
	else if (!dump->counted)
		gm_dump_refuse(dump, -EBUSY, "too many dumps at once; try again");
	else
		gm_dump_filter(dump, attrs);
	if (!dump->refused)
		gm_dump_begin(dump);
	return 0;
}

int gm_dump_done(struct netlink_callback *cb)
{
	struct gm_dump *dump = (struct gm_dump *)cb->args[0];

	if (!dump)
		return 0;
	if (dump->counted)
		gm_places_give(&gm_dumps, dump->uid);
	if (dump->own)
		dump->kind->end(dump);
	vfree(dump->tally);
	kfree(dump);
	return 0;
}

static void *gm_dump_put(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct gm_dump *dump)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 &gm_genl_family, NLM_F_MULTI, dump->kind->cmd);

	if (!head)
		return NULL;
	genl_dump_check_consistent(cb, head);
	return nla_put_u32(skb, GHOSTMEM_A_ABI, GHOSTMEM_ABI) ? NULL : head;
}

static int gm_dump_head(struct sk_buff *skb, struct netlink_callback *cb, struct gm_dump *dump)
{
	void *head = gm_dump_put(skb, cb, dump);
	struct nlattr *nest = head ? nla_nest_start(skb, GHOSTMEM_A_DUMP) : NULL;

	if (!nest || nla_put_u32(skb, GHOSTMEM_DUMP_A_GENERATION, dump->generation) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_DUMP_A_CLOCK_S, dump->clock, GHOSTMEM_DUMP_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	genlmsg_end(skb, head);
	dump->headed = true;
	return skb->len;
}

static int gm_dump_one(struct sk_buff *skb, struct netlink_callback *cb, struct gm_dump *dump,
		       u32 id)
{
	struct gm_site_counts counts;
	unsigned int len = skb->len;
	void *head;

	gm_site_read(dump->view.sites, id, &counts);
	if (!gm_filter_shows(&dump->filter, &dump->tally[id], &counts))
		return 0;

	head = gm_dump_put(skb, cb, dump);
	if (!head || gm_put_site(skb, dump, id, &counts)) {
		nlmsg_trim(skb, skb->data + len);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

/**
 * struct gm_dump_message - one message of a dump
 * @skb:	to be filled
 * @cb:		the callback of the dump
 * @err:	error of the last site, which did not fit any more
 */
struct gm_dump_message {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	int err;
};

static bool gm_dump_fill(void *ctx)
{
	struct gm_dump_message *message = ctx;
	struct netlink_callback *cb = message->cb;
	struct gm_dump *dump = (struct gm_dump *)cb->args[0];

	/* A generation other than the first message's marks what follows as interrupted. */
	cb->seq = dump->view.generation;
	while (gm_dump_current(dump) && dump->next < dump->end && !message->err) {
		message->err = gm_dump_one(message->skb, cb, dump, dump->next);
		if (!message->err)
			dump->next++;
		cond_resched();
	}
	return true;
}

static int gm_dump_sites(struct sk_buff *skb, struct netlink_callback *cb, struct gm_dump *dump)
{
	struct gm_dump_message message = { .skb = skb, .cb = cb };

	if (!gm_tracker_read(&gm_tracker, dump->kind->of, &dump->view, gm_dump_fill, &message))
		cb->seq = dump->view.generation;
	return skb->len ?: message.err;
}

int gm_dump_run(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gm_dump *dump = (struct gm_dump *)cb->args[0];

	if (dump->refused) {
		if (cb->extack)
			cb->extack->_msg = dump->why;
		return dump->refused;
	}
	if (!dump->headed) {
		cb->seq = dump->generation;
		return gm_dump_head(skb, cb, dump);
	}
	if (!dump->next)
		gm_dump_walk(dump);
	return gm_dump_sites(skb, cb, dump);
}
