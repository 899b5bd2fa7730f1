// SPDX-License-Identifier: GPL-2.0
/*
 * SITE_GET: a dump of sites, in ascending order of id.
 *
 * At its start the dump walks the page map once, for what only records tell:
 * ages and windows. It holds the books for reading during one call at a time,
 * never between them, so that a slow reader holds up nothing. A reset in
 * between changes the generation; the dump then ends, marked as interrupted.
 */
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <net/genetlink.h>

#include "compat/compat.h"
#include "netlink.h"
#include "tracker.h"

/* Each dump holds 16 bytes a site; nobody needs more at a time. */
#define GM_DUMPS_MAX	8

static atomic_t gm_dumps = ATOMIC_INIT(0);

struct gm_tally {
	u64 window_pages;
	u32 age;
	u32 pid;
	bool any;
};

/**
 * struct gm_dump - a dump under way
 * @next:	id to go on with
 * @end:	ids are below this; sites made later are not in @tally
 * @generation:	of the tracker when @tally was made
 * @clock:	likewise
 * @min_pages:	filter
 * @since:	window, in seconds of the tracker's clock
 * @until:	exclusive
 * @window:	there is one
 * @symbol:	scratch
 * @tally:	by id
 */
struct gm_dump {
	u32 next;
	u32 end;
	u32 generation;
	u64 clock;
	u64 min_pages;
	u64 since;
	u64 until;
	bool window;
	struct gm_symbol symbol;
	struct gm_tally *tally;
};

static int gm_dump_filter(struct gm_dump *dump, struct nlattr **attrs,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *filter[GHOSTMEM_FILTER_A_MAX + 1];
	int err;

	dump->min_pages = 1;
	dump->until = U64_MAX;
	if (!attrs[GHOSTMEM_A_FILTER])
		return 0;
	/* The policy has been applied with the message's. */
	err = nla_parse_nested(filter, GHOSTMEM_FILTER_A_MAX, attrs[GHOSTMEM_A_FILTER], NULL,
			       extack);
	if (err)
		return err;
	if (filter[GHOSTMEM_FILTER_A_MIN_PAGES])
		dump->min_pages = nla_get_u64(filter[GHOSTMEM_FILTER_A_MIN_PAGES]);
	if (filter[GHOSTMEM_FILTER_A_SINCE_S])
		dump->since = nla_get_u64(filter[GHOSTMEM_FILTER_A_SINCE_S]);
	if (filter[GHOSTMEM_FILTER_A_UNTIL_S])
		dump->until = nla_get_u64(filter[GHOSTMEM_FILTER_A_UNTIL_S]);
	dump->window = filter[GHOSTMEM_FILTER_A_SINCE_S] || filter[GHOSTMEM_FILTER_A_UNTIL_S];
	if (dump->window && dump->since >= dump->until) {
		NL_SET_ERR_MSG_ATTR(extack, attrs[GHOSTMEM_A_FILTER],
				    "the window is empty: since is not before until");
		return -EINVAL;
	}
	return 0;
}

static void gm_tally_record(void *ctx, gm_record_t rec)
{
	struct gm_dump *dump = ctx;
	u32 id = gm_record_site(rec), age = gm_record_age(rec, dump->clock);
	struct gm_tally *tally;
	u64 at;

	if (id >= dump->end)
		return;
	/* Recorded since the walk began: younger than anything asked for. */
	if (((dump->clock - rec) & GM_STAMP_MASK) > GM_STAMP_MASK - GM_CLAMP_PERIOD)
		age = 0;
	tally = &dump->tally[id];
	if (!tally->any || age > tally->age) {
		tally->age = age;
		tally->pid = gm_record_pid(rec);
		tally->any = true;
	}
	at = dump->clock - age;
	if (dump->window && at >= dump->since && at < dump->until)
		tally->window_pages++;
}

static int gm_dump_tally(struct gm_dump *dump, struct gm_tracker *t,
			 struct netlink_ext_ack *extack)
{
	int err = 0;

	down_read(&t->books);
	dump->generation = t->generation;
	dump->next = GHOSTMEM_SITE_OTHER;
	if (t->mode == GHOSTMEM_MODE_OFF)
		goto out;
	if (READ_ONCE(t->recorder.broken)) {
		NL_SET_ERR_MSG(extack, "the tracker has turned itself off; status says why");
		err = -EIO;
		goto out;
	}
	dump->end = gm_sites_end(&t->recorder.sites);
	dump->clock = gm_recorder_clock(&t->recorder);
	dump->tally = vzalloc(array_size(dump->end, sizeof(*dump->tally)));
	if (!dump->tally) {
		err = -ENOMEM;
		goto out;
	}
	gm_page_map_for_each(&t->recorder.map, gm_tally_record, dump);
out:
	up_read(&t->books);
	return err;
}

static void gm_dump_free(struct gm_dump *dump)
{
	vfree(dump->tally);
	kfree(dump);
	atomic_dec(&gm_dumps);
}

int gm_netlink_sites_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = gm_genl_dump_attrs(cb);
	struct gm_dump *dump;
	int err;

	err = gm_netlink_check_abi(attrs, cb->extack);
	if (err)
		return err;
	if (!atomic_add_unless(&gm_dumps, 1, GM_DUMPS_MAX)) {
		NL_SET_ERR_MSG(cb->extack, "too many dumps at once; try again");
		return -EBUSY;
	}
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump) {
		atomic_dec(&gm_dumps);
		return -ENOMEM;
	}
	err = gm_dump_filter(dump, attrs, cb->extack) ?:
	      gm_dump_tally(dump, &gm_tracker, cb->extack);
	if (err) {
		gm_dump_free(dump);
		return err;
	}
	cb->args[0] = (long)dump;
	return 0;
}

int gm_netlink_sites_done(struct netlink_callback *cb)
{
	if (cb->args[0])
		gm_dump_free((struct gm_dump *)cb->args[0]);
	return 0;
}

static int gm_put_frame(struct sk_buff *skb, const struct gm_symbol *sym)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_SITE_A_FRAME);

	if (!nest ||
	    (sym->name[0] && (nla_put_string(skb, GHOSTMEM_FRAME_A_SYMBOL, sym->name) ||
			      nla_put_u32(skb, GHOSTMEM_FRAME_A_OFFSET, sym->offset) ||
			      nla_put_u32(skb, GHOSTMEM_FRAME_A_SIZE, sym->size))) ||
	    (sym->module[0] && nla_put_string(skb, GHOSTMEM_FRAME_A_MODULE, sym->module)) ||
	    nla_put_u32(skb, GHOSTMEM_FRAME_A_STATE, sym->state))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_frames(struct sk_buff *skb, struct gm_dump *dump, const struct gm_tracker *t,
			 const struct gm_site *site)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_SITE_A_FRAMES);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < site->depth; i++) {
		gm_symbols_resolve(&t->symbols, READ_ONCE(site->frame[i]), &dump->symbol);
		if (gm_put_frame(skb, &dump->symbol))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_site(struct sk_buff *skb, struct gm_dump *dump, const struct gm_tracker *t,
		       u32 id, const struct gm_site_counts *counts)
{
	const struct gm_site *site = &t->recorder.sites.site[id];
	const struct gm_tally *tally = &dump->tally[id];
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_SITE);
	u32 flags = site->flags;
	/* Of a site that was emptied since the walk, no page is the oldest. */
	bool age = tally->any && counts->live_pages;

	if (age && tally->age == GM_AGE_MAX)
		flags |= GHOSTMEM_SITE_F_OLDEST_MIN;
	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_SITE_A_ID, id) ||
	    nla_put_u32(skb, GHOSTMEM_SITE_A_ORDER, site->order) ||
	    nla_put_u32(skb, GHOSTMEM_SITE_A_FLAGS, flags) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_LIVE_PAGES, counts->live_pages,
			      GHOSTMEM_SITE_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_ALLOCS, counts->allocs,
			      GHOSTMEM_SITE_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_FREES, counts->frees, GHOSTMEM_SITE_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_ALLOC_PAGES, counts->alloc_pages,
			      GHOSTMEM_SITE_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_FREE_PAGES, counts->free_pages,
			      GHOSTMEM_SITE_A_PAD) ||
	    (age && (nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_OLDEST_S, tally->age,
				       GHOSTMEM_SITE_A_PAD) ||
		     nla_put_u32(skb, GHOSTMEM_SITE_A_OLDEST_PID, tally->pid))) ||
	    (dump->window && nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_WINDOW_PAGES,
					       tally->window_pages, GHOSTMEM_SITE_A_PAD)))
		return -EMSGSIZE;
	if (gm_put_frames(skb, dump, t, site))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_dump_one(struct sk_buff *skb, struct netlink_callback *cb, struct gm_dump *dump,
		       const struct gm_tracker *t, u32 id)
{
	struct gm_site_counts counts;
	void *head;

	gm_site_read(&t->recorder.sites, id, &counts);
	/* An id that was beaten in publishing has never been used. */
	if (!counts.allocs)
		return 0;
	if (dump->window ? dump->tally[id].window_pages < max(dump->min_pages, 1ULL) :
			   counts.live_pages < dump->min_pages)
		return 0;

	head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &gm_genl_family,
			   NLM_F_MULTI, GHOSTMEM_CMD_SITE_GET);
	if (!head)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, head);
	if (nla_put_u32(skb, GHOSTMEM_A_ABI, GHOSTMEM_ABI) ||
	    gm_put_site(skb, dump, t, id, &counts)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

int gm_netlink_sites_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gm_dump *dump = (struct gm_dump *)cb->args[0];
	struct gm_tracker *t = &gm_tracker;
	int err = 0;

	down_read(&t->books);
	/* Whatever differs from the first message's number marks the dump as interrupted. */
	cb->seq = t->generation;
	if (!cb->prev_seq)
		cb->prev_seq = dump->generation;
	if (t->generation == dump->generation) {
		while (dump->next < dump->end && !err) {
			err = gm_dump_one(skb, cb, dump, t, dump->next);
			if (!err)
				dump->next++;
			cond_resched();
		}
	}
	up_read(&t->books);
	/* One site always fits an empty message: 24 frames of 350 bytes at the most. */
	return skb->len ?: (err == -EMSGSIZE ? err : 0);
}
