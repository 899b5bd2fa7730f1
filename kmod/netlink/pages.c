// SPDX-License-Identifier: GPL-2.0
/*
 * ZONE_GET: takes a census of page frames and dumps it zone by zone.
 *
 * As with sockets, the first message is sent from within the request, before the census, which is
 * taken in the second call, from the reader's recvmsg().
 */
#include <linux/cred.h>
#include <linux/mmzone.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "census/page_frames.h"
#include "compat/compat.h"
#include "netlink/family.h"
#include "netlink/pages.h"
#include "netlink/places.h"
#include "reader.h"

/* Most censuses of each user at a time; more would only slow each other down. */
#define GM_PAGE_CENSUSES_MAX	2

static struct gm_places gm_page_censuses = GM_PLACES(GM_PAGE_CENSUSES_MAX);

/**
 * struct gm_zone_dump - a dump under way
 * @refused:	a negative error that ends the dump at once, or 0
 * @why:	the message for the extack
 * @uid:	the user who began the dump
 * @counted:	the dump has taken a place in gm_page_censuses
 * @begun:	the first message has been sent
 * @headed:	the second message has been sent
 * @taken:	@census is initialized
 * @tracking:	every slice so far has looked for records, and no records were forgotten meanwhile
 * @more:	there are further slices
 * @view:	view of the records; held only during a slice
 * @generation:	generation of the records when the census began
 * @next:	index of the next zone to put
 * @census:	the census, with all zones
 */
struct gm_zone_dump {
	int refused;
	const char *why;
	kuid_t uid;
	bool counted;
	bool begun;
	bool headed;
	bool taken;
	bool tracking;
	bool more;
	struct gm_view view;
	u32 generation;
	unsigned int next;
	struct gm_page_census census;
};

int gm_zones_get_start(struct netlink_callback *cb)
{
	struct gm_zone_dump *dump;
	int err = gm_netlink_may_read(cb->skb);

	if (err)
		return err;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	dump->uid = current_uid();
	cb->args[0] = (long)dump;
	dump->refused = gm_netlink_abi(gm_genl_dump_attrs(cb), &dump->why);
	if (dump->refused)
		return 0;
	dump->counted = gm_places_take(&gm_page_censuses, dump->uid);
	if (!dump->counted) {
		dump->refused = -EBUSY;
		dump->why = "too many censuses at once; try again";
	}
	return 0;
}

int gm_zones_get_done(struct netlink_callback *cb)
{
	struct gm_zone_dump *dump = (struct gm_zone_dump *)cb->args[0];

	if (!dump)
		return 0;
	if (dump->counted)
		gm_places_give(&gm_page_censuses, dump->uid);
	if (dump->taken)
		gm_page_census_destroy(&dump->census);
	kfree(dump);
	return 0;
}

/* Takes a slice with a look at the records. False if those of the beginning are forgotten. */
static bool gm_zone_dump_look(void *ctx)
{
	struct gm_zone_dump *dump = ctx;

	if (dump->view.generation != dump->generation)
		return false;
	dump->more = gm_page_census_slice(&dump->census, dump->view.pages);
	return true;
}

static bool gm_zone_dump_slice(struct gm_zone_dump *dump)
{
	if (dump->tracking)
		dump->tracking = gm_tracker_read(&gm_tracker, GM_RECORDS_PAGES, &dump->view,
						 gm_zone_dump_look, dump);
	if (!dump->tracking)
		dump->more = gm_page_census_slice(&dump->census, NULL);
	return dump->more;
}

static bool gm_zone_dump_begin(void *ctx)
{
	return true;
}

static int gm_zone_dump_take(struct gm_zone_dump *dump)
{
	int err = gm_page_census_init(&dump->census);

	if (err) {
		dump->why = "not enough memory for a census";
		return err;
	}
	dump->taken = true;
	dump->tracking = gm_tracker_read(&gm_tracker, GM_RECORDS_PAGES, &dump->view,
					 gm_zone_dump_begin, dump);
	dump->generation = dump->view.generation;
	while (gm_zone_dump_slice(dump)) {
		if (signal_pending(current)) {
			dump->why = "the census was interrupted";
			return -EINTR;
		}
		cond_resched();
	}
	gm_page_census_settle(&dump->census);
	return 0;
}

static int gm_put_u64(struct sk_buff *skb, int type, u64 value)
{
	BUILD_BUG_ON((int)GHOSTMEM_PAGES_A_PAD != (int)GHOSTMEM_ZONE_A_PAD);
	return nla_put_u64_64bit(skb, type, value, GHOSTMEM_PAGES_A_PAD);
}

static u64 gm_zone_frames(const struct gm_zone_pages *zone)
{
	u64 frames = 0;
	unsigned int i;

	for (i = 0; i < GHOSTMEM_PAGE_CLASSES; i++)
		frames += zone->classes[i];
	return frames;
}

static int gm_put_pages(struct sk_buff *skb, const struct gm_page_census *c)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_PAGES);
	u64 frames = 0;
	unsigned int i;

	for (i = 0; i < c->nr_zones; i++)
		frames += gm_zone_frames(&c->zones[i]);
	if (!nest ||
	    gm_put_u64(skb, GHOSTMEM_PAGES_A_DURATION_NS, c->duration_ns) ||
	    gm_put_u64(skb, GHOSTMEM_PAGES_A_FRAMES, frames) ||
	    gm_put_u64(skb, GHOSTMEM_PAGES_A_UNSETTLED, c->unsettled))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_zone(struct sk_buff *skb, const struct gm_zone_dump *dump)
{
	const struct gm_zone_pages *pages = &dump->census.zones[dump->next];
	struct zone *zone = gm_page_census_zone(dump->next);
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_ZONE);

	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_ZONE_A_NODE, dump->next / MAX_NR_ZONES) ||
	    nla_put_string(skb, GHOSTMEM_ZONE_A_NAME, zone->name) ||
	    gm_put_u64(skb, GHOSTMEM_ZONE_A_MANAGED_PAGES, zone_managed_pages(zone)) ||
	    nla_put(skb, GHOSTMEM_ZONE_A_CLASSES, sizeof(pages->classes), pages->classes) ||
	    nla_put(skb, GHOSTMEM_ZONE_A_FREE_ORDERS, sizeof(pages->free_orders),
		    pages->free_orders) ||
	    nla_put(skb, GHOSTMEM_ZONE_A_KERNEL_ORDERS, sizeof(pages->kernel_orders),
		    pages->kernel_orders) ||
	    nla_put(skb, GHOSTMEM_ZONE_A_KERNEL_MIGRATE, sizeof(pages->kernel_migrate),
		    pages->kernel_migrate) ||
	    gm_put_u64(skb, GHOSTMEM_ZONE_A_LET_GO_PAGES, pages->let_go) ||
	    (dump->tracking && gm_put_u64(skb, GHOSTMEM_ZONE_A_KERNEL_TRACKED_PAGES,
					  pages->kernel_tracked)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Puts a message: the first has GHOSTMEM_A_ABI alone, the second PAGES, each other one a ZONE. */
static int gm_zone_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			    struct gm_zone_dump *dump)
{
	unsigned int len = skb->len;
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 &gm_genl_family, NLM_F_MULTI, GHOSTMEM_CMD_ZONE_GET);
	int err = head ? nla_put_u32(skb, GHOSTMEM_A_ABI, GHOSTMEM_ABI) : -EMSGSIZE;

	if (!err && dump->begun)
		err = dump->headed ? gm_put_zone(skb, dump) : gm_put_pages(skb, &dump->census);
	if (err) {
		nlmsg_trim(skb, skb->data + len);
		return err;
	}
	genlmsg_end(skb, head);
	return 0;
}

static int gm_zone_dump_rest(struct sk_buff *skb, struct netlink_callback *cb,
			     struct gm_zone_dump *dump)
{
	int err = 0;

	if (!dump->headed) {
		err = gm_zone_dump_one(skb, cb, dump);
		dump->headed = !err;
	}
	for (; !err && dump->next < dump->census.nr_zones; dump->next += !err) {
		if (gm_page_census_zone(dump->next) &&
		    gm_zone_frames(&dump->census.zones[dump->next]))
			err = gm_zone_dump_one(skb, cb, dump);
	}
	return skb->len ?: err;
}

int gm_zones_get_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gm_zone_dump *dump = (struct gm_zone_dump *)cb->args[0];
	int err;

	if (!dump->refused && !dump->begun) {
		err = gm_zone_dump_one(skb, cb, dump);
		dump->begun = !err;
		return err ?: skb->len;
	}
	if (!dump->refused && !dump->taken)
		dump->refused = gm_zone_dump_take(dump);
	if (dump->refused) {
		if (cb->extack)
			cb->extack->_msg = dump->why;
		return dump->refused;
	}
	return gm_zone_dump_rest(skb, cb, dump);
}
