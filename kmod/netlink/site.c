// SPDX-License-Identifier: GPL-2.0
/*
 * The attributes of a site that dumps of all kinds have. See site.h.
 */
#include "netlink/site.h"

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

static int gm_put_frames(struct sk_buff *skb, struct gm_dump *dump, const struct gm_site *site)
{
	unsigned int i;

	for (i = 0; i < site->depth; i++) {
		gm_symbols_resolve(dump->view.symbols, READ_ONCE(site->frame[i]), &dump->symbol,
				   dump->text);
		if (gm_put_frame(skb, &dump->symbol))
			return -EMSGSIZE;
	}
	return 0;
}

static int gm_put_ages(struct sk_buff *skb, const struct gm_tally *tally)
{
	u64 ages[GHOSTMEM_AGES];
	unsigned int i;

	for (i = 0; i < GHOSTMEM_AGES; i++)
		ages[i] = tally->ages[i];
	return nla_put(skb, GHOSTMEM_SITE_A_AGES, sizeof(ages), ages);
}

static int gm_put_trend(struct sk_buff *skb, const struct gm_site *site, unsigned int i, u32 span)
{
	const struct gm_trend *trend = &site->trend[i];
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_SITE_A_TREND);

	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_TREND_A_SPAN_S, span) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_TREND_A_FLOOR, READ_ONCE(trend->last),
			      GHOSTMEM_TREND_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_TREND_A_BEFORE, READ_ONCE(trend->before),
			      GHOSTMEM_TREND_A_PAD) ||
	    nla_put_u32(skb, GHOSTMEM_TREND_A_RISES, READ_ONCE(site->rises[i])))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_trends(struct sk_buff *skb, const struct gm_dump *dump,
			 const struct gm_site *site)
{
	unsigned int i;
	u32 span;

	for (i = 0; i < GM_TRENDS; i++) {
		span = READ_ONCE(dump->view.growth->span[i]);
		if (span && gm_trend_known(site, i) && gm_put_trend(skb, site, i, span))
			return -EMSGSIZE;
	}
	return 0;
}

int gm_put_site(struct sk_buff *skb, struct gm_dump *dump, u32 id,
		const struct gm_site_counts *counts)
{
	const struct gm_site *site = &dump->view.sites->site[id];
	const struct gm_tally *tally = &dump->tally[id];
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_SITE);
	u32 flags = site->flags | site->block.flags;
	/* A site that has been emptied since the walk has no oldest unit. */
	bool age = tally->any && counts->live;

	if (age && tally->age == GM_AGE_MAX)
		flags |= GHOSTMEM_SITE_F_OLDEST_MIN;
	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_SITE_A_ID, id) ||
	    nla_put_u32(skb, GHOSTMEM_SITE_A_FLAGS, flags) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_ALLOCS, counts->allocs,
			      GHOSTMEM_SITE_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_FREES, counts->frees, GHOSTMEM_SITE_A_PAD) ||
	    (age && (nla_put_u64_64bit(skb, GHOSTMEM_SITE_A_OLDEST_S, tally->age,
				       GHOSTMEM_SITE_A_PAD) ||
		     nla_put_u32(skb, GHOSTMEM_SITE_A_OLDEST_PID, tally->pid) ||
		     gm_put_ages(skb, tally))) ||
	    gm_put_trends(skb, dump, site) || gm_put_frames(skb, dump, site))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return dump->kind->put(skb, dump, id, counts);
}
