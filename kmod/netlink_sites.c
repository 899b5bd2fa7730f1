// SPDX-License-Identifier: GPL-2.0
/*
 * SITE_GET: a dump of sites, in ascending order of id.
 *
 * What only records tell, ages and windows, takes a walk through the whole page map. The
 * core calls start() and the first dumpit() from within the request, under a
 * lock that all users of generic netlink share; so the first message is a short
 * one, and the walk is done in the second call, which comes from the reader's recvmsg().
 *
 * The books are held for reading for a bounded time, never between two calls: a
 * slow reader holds up nothing. A reset in between changes the generation; the
 * dump then ends, marked as interrupted.
 *
 * A refused dump fails in dumpit(), not in start(): on 6.1 start() has no extack to
 * say why (the core sets cb->extack later only), on 6.12 it has.
 */
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <net/genetlink.h>

#include "compat/compat.h"
#include "netlink.h"
#include "tracker.h"

/* Each dump holds a struct gm_tally for each site; nobody needs more at a time. */
#define GM_DUMPS_MAX	8

/* Leaves looked through at a time with the books held: some milliseconds. */
#define GM_WALK_LEAVES	32

/* A site of 24 frames with the longest names: the message has to have room for it. */
#define GM_SITE_MSG_MAX	(GHOSTMEM_STACK_MAX * (GM_SYMBOL_LEN + MODULE_NAME_LEN + 96) + 768)

static atomic_t gm_dumps = ATOMIC_INIT(0);

struct gm_tally {
	u64 window_pages;
	u32 ages[GHOSTMEM_AGES];
	u32 age;
	u32 pid;
	bool any;
};

/**
 * struct gm_dump - a dump under way
 * @refused:	a negative error that ends it at once, or 0
 * @why:	the words to go with it
 * @counted:	it is one of gm_dumps
 * @headed:	the first message has been sent
 * @next:	id to go on with, 0 before the walk
 * @end:	ids are below this; sites made later are not in @tally
 * @generation:	of the tracker when the dump began
 * @clock:	likewise
 * @min_pages:	filter
 * @since:	window, in seconds of the tracker's clock
 * @until:	exclusive
 * @window:	there is one
 * @symbol:	scratch
 * @text:	scratch
 * @tally:	by id
 */
struct gm_dump {
	int refused;
	const char *why;
	bool counted;
	bool headed;
	u32 next;
	u32 end;
	u32 generation;
	u64 clock;
	u64 min_pages;
	u64 since;
	u64 until;
	bool window;
	struct gm_symbol symbol;
	char text[KSYM_SYMBOL_LEN];
	struct gm_tally *tally;
};

static void gm_dump_refuse(struct gm_dump *dump, int err, const char *why)
{
	dump->refused = err;
	dump->why = why;
}

static void gm_dump_filter(struct gm_dump *dump, struct nlattr **attrs)
{
	struct nlattr *filter[GHOSTMEM_FILTER_A_MAX + 1];

	dump->min_pages = 1;
	dump->until = U64_MAX;
	if (!attrs[GHOSTMEM_A_FILTER])
		return;
	/* The policy has been applied with the message's. */
	if (nla_parse_nested(filter, GHOSTMEM_FILTER_A_MAX, attrs[GHOSTMEM_A_FILTER], NULL, NULL)) {
		gm_dump_refuse(dump, -EINVAL, "GHOSTMEM_A_FILTER is malformed");
		return;
	}
	if (filter[GHOSTMEM_FILTER_A_MIN_PAGES])
		dump->min_pages = nla_get_u64(filter[GHOSTMEM_FILTER_A_MIN_PAGES]);
	if (filter[GHOSTMEM_FILTER_A_SINCE_S])
		dump->since = nla_get_u64(filter[GHOSTMEM_FILTER_A_SINCE_S]);
	if (filter[GHOSTMEM_FILTER_A_UNTIL_S])
		dump->until = nla_get_u64(filter[GHOSTMEM_FILTER_A_UNTIL_S]);
	dump->window = filter[GHOSTMEM_FILTER_A_SINCE_S] || filter[GHOSTMEM_FILTER_A_UNTIL_S];
	if (dump->window && dump->since >= dump->until)
		gm_dump_refuse(dump, -EINVAL, "the window is empty: since is not before until");
}

static const u32 gm_age_below[GHOSTMEM_AGES - 1] = { 10, 60, 600, 3600, 86400 };

static void gm_tally_record(void *ctx, gm_record_t rec)
{
	struct gm_dump *dump = ctx;
	u32 id = gm_record_site(rec), age = gm_record_age(rec, dump->clock);
	struct gm_tally *tally;
	unsigned int i;
	u64 at;

	if (id >= dump->end)
		return;
	tally = &dump->tally[id];
	if (!tally->any || age > tally->age) {
		tally->age = age;
		tally->pid = gm_record_pid(rec);
		tally->any = true;
	}
	for (i = 0; i < ARRAY_SIZE(gm_age_below) && age >= gm_age_below[i]; i++)
		;
	tally->ages[i]++;
	at = dump->clock - age;
	if (dump->window && at >= dump->since && at < dump->until)
		tally->window_pages++;
}

/* The books that the dump began with are still open. */
static bool gm_dump_current(const struct gm_dump *dump, const struct gm_tracker *t)
{
	lockdep_assert_held(&t->books);
	return t->open && t->mode != GHOSTMEM_MODE_OFF && t->generation == dump->generation;
}

/* Fixes which sites and which second the dump is about, and makes room for the tally. */
static void gm_dump_begin(struct gm_dump *dump, struct gm_tracker *t)
{
	down_read(&t->books);
	dump->generation = t->generation;
	if (gm_dump_current(dump, t)) {
		dump->end = gm_sites_end(&t->recorder.sites);
		dump->clock = gm_recorder_clock(&t->recorder);
		if (READ_ONCE(t->recorder.broken))
			gm_dump_refuse(dump, -EIO, "the tracker turned itself off; see status");
	}
	up_read(&t->books);
	if (dump->refused || !dump->end)
		return;
	dump->tally = vzalloc(array_size(dump->end, sizeof(*dump->tally)));
	if (!dump->tally)
		gm_dump_refuse(dump, -ENOMEM, "not enough memory for a dump");
}

static void gm_dump_walk(struct gm_dump *dump, struct gm_tracker *t)
{
	unsigned long cursor = 0;
	bool more = dump->end;

	while (more) {
		down_read(&t->books);
		more = gm_dump_current(dump, t) &&
		       gm_page_map_walk(&t->recorder.map, &cursor, GM_WALK_LEAVES,
					gm_tally_record, dump);
		up_read(&t->books);
		cond_resched();
	}
	dump->next = GHOSTMEM_SITE_OTHER;
}

int gm_netlink_sites_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = gm_genl_dump_attrs(cb);
	struct gm_dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	const char *why;
	int err;

	if (!dump)
		return -ENOMEM;
	cb->args[0] = (long)dump;
	cb->min_dump_alloc = GM_SITE_MSG_MAX;

	err = gm_netlink_abi(attrs, &why);
	dump->counted = !err && atomic_add_unless(&gm_dumps, 1, GM_DUMPS_MAX);
	if (err)
		gm_dump_refuse(dump, err, why);
	else if (!dump->counted)
		gm_dump_refuse(dump, -EBUSY, "too many dumps at once; try again");
	else
		gm_dump_filter(dump, attrs);
	if (!dump->refused)
		gm_dump_begin(dump, &gm_tracker);
	return 0;
}

int gm_netlink_sites_done(struct netlink_callback *cb)
{
	struct gm_dump *dump = (struct gm_dump *)cb->args[0];

	if (!dump)
		return 0;
	if (dump->counted)
		atomic_dec(&gm_dumps);
	vfree(dump->tally);
	kfree(dump);
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
	    (sym->srcversion[0] &&
	     nla_put_string(skb, GHOSTMEM_FRAME_A_SRCVERSION, sym->srcversion)) ||
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
		gm_symbols_resolve(&t->symbols, READ_ONCE(site->frame[i]), &dump->symbol,
				   dump->text);
		if (gm_put_frame(skb, &dump->symbol))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_ages(struct sk_buff *skb, const struct gm_tally *tally)
{
	u64 pages[GHOSTMEM_AGES];
	unsigned int i;

	for (i = 0; i < GHOSTMEM_AGES; i++)
		pages[i] = tally->ages[i];
	return nla_put(skb, GHOSTMEM_SITE_A_AGES, sizeof(pages), pages);
}

static int gm_put_trend(struct sk_buff *skb, const struct gm_trend *trend, u32 span)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_SITE_A_TREND);

	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_TREND_A_SPAN_S, span) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_TREND_A_FLOOR_PAGES, READ_ONCE(trend->last),
			      GHOSTMEM_TREND_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_TREND_A_BEFORE_PAGES, READ_ONCE(trend->before),
			      GHOSTMEM_TREND_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_trends(struct sk_buff *skb, const struct gm_site *site,
			 const struct gm_growth *growth)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_SITE_A_TRENDS);
	unsigned int i;
	u32 span;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < GM_TRENDS; i++) {
		span = READ_ONCE(growth->span[i]);
		if (span && gm_put_trend(skb, &site->trend[i], span))
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
	    nla_put_u32(skb, GHOSTMEM_SITE_A_ORDER, site->block.order) ||
	    (site->block.level && nla_put_u8(skb, GHOSTMEM_SITE_A_LEVEL, site->block.level)) ||
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
	if ((age && gm_put_ages(skb, tally)) || gm_put_trends(skb, site, &t->growth) ||
	    gm_put_frames(skb, dump, t, site))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static void *gm_dump_put(struct sk_buff *skb, struct netlink_callback *cb)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 &gm_genl_family, NLM_F_MULTI, GHOSTMEM_CMD_SITE_GET);

	if (!head)
		return NULL;
	genl_dump_check_consistent(cb, head);
	return nla_put_u32(skb, GHOSTMEM_A_ABI, GHOSTMEM_ABI) ? NULL : head;
}

static int gm_dump_head(struct sk_buff *skb, struct netlink_callback *cb, struct gm_dump *dump)
{
	void *head = gm_dump_put(skb, cb);
	struct nlattr *nest = head ? nla_nest_start(skb, GHOSTMEM_A_STATUS) : NULL;

	if (!nest || nla_put_u32(skb, GHOSTMEM_STATUS_A_GENERATION, dump->generation) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_STATUS_A_CLOCK_S, dump->clock,
			      GHOSTMEM_STATUS_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	genlmsg_end(skb, head);
	dump->headed = true;
	return skb->len;
}

static int gm_dump_one(struct sk_buff *skb, struct netlink_callback *cb, struct gm_dump *dump,
		       const struct gm_tracker *t, u32 id)
{
	struct gm_site_counts counts;
	unsigned int len = skb->len;
	void *head;

	gm_site_read(&t->recorder.sites, id, &counts);
	/* An id that was beaten in publishing has never been used. */
	if (!counts.allocs)
		return 0;
	if (dump->window ? dump->tally[id].window_pages < max(dump->min_pages, 1ULL) :
			   counts.live_pages < dump->min_pages)
		return 0;

	head = gm_dump_put(skb, cb);
	if (!head || gm_put_site(skb, dump, t, id, &counts)) {
		nlmsg_trim(skb, skb->data + len);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

static int gm_dump_sites(struct sk_buff *skb, struct netlink_callback *cb, struct gm_dump *dump,
			 struct gm_tracker *t)
{
	int err = 0;

	down_read(&t->books);
	/* Another generation than the first message's marks what follows as interrupted. */
	cb->seq = t->generation;
	while (gm_dump_current(dump, t) && dump->next < dump->end && !err) {
		err = gm_dump_one(skb, cb, dump, t, dump->next);
		if (!err)
			dump->next++;
		cond_resched();
	}
	up_read(&t->books);
	return skb->len ?: err;
}

int gm_netlink_sites_dump(struct sk_buff *skb, struct netlink_callback *cb)
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
		gm_dump_walk(dump, &gm_tracker);
	return gm_dump_sites(skb, cb, dump, &gm_tracker);
}
