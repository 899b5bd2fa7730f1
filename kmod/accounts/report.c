// SPDX-License-Identifier: GPL-2.0
/*
 * Reports of accounts. See report.h.
 */
#include <linux/compiler.h>
#include <linux/string.h>

#include "accounts/look.h"
#include "accounts/report.h"
#include "accounts/table.h"

/* Limits what was left at each site to what it still holds: some may have been freed since. */
static void gm_account_left(struct gm_accounts *a, const struct gm_account *account,
			    struct gm_shares *left)
{
	struct gm_shares live = {};

	gm_shares_copy(left, &account->left);
	gm_shares_trim(left);
	gm_shares_copy(&live, left);
	/* Empty afterwards if the sites have been forgotten, or without memory for the copy. */
	gm_accounts_look_again(a, &live);
	gm_shares_limit(left, &live);
	gm_shares_trim(left);
	if (live.cut)
		left->cut = live.cut;
	gm_shares_clear(&live);
}

static void gm_account_fill(struct gm_accounts *a, const struct gm_account *account,
			    struct gm_account_report *report)
{
	const struct gm_life *life = account->life;
	u32 generation;

	memset(report, 0, sizeof(*report));
	if (life) {
		gm_life_now(a, life, &report->held);
		gm_life_held(life, &report->held);
	}
	generation = a->generation;
	gm_account_left(a, account, &report->left);
	if (a->generation != generation)
		gm_shares_clear(&report->held);
	report->id = account->id;
	report->identity = account->identity;
	report->state = account->state;
	report->since_ms = account->since_ms;
	report->lives = account->lives;
	report->flags = life ? life->flags : 0;
	if (account->settling)
		report->flags |= GHOSTMEM_ACCOUNT_F_SETTLING;
	if (report->held.cut || report->left.cut)
		report->flags |= GHOSTMEM_ACCOUNT_F_CUT;
	report->generation = a->generation;
}

int gm_accounts_read(struct gm_accounts *a, int at, bool modules, struct gm_account_report *report)
{
	int found = -1;

	gm_accounts_lock(a);
	for (; at < GHOSTMEM_ACCOUNTS_MAX && found < 0; at++) {
		const struct gm_account *account = a->account[at];

		if (!account || !account->identity.bus[0] != modules)
			continue;
		gm_account_fill(a, account, report);
		found = at;
	}
	gm_accounts_unlock(a);
	return found;
}

void gm_account_report_clear(struct gm_account_report *report)
{
	gm_shares_clear(&report->held);
	gm_shares_clear(&report->left);
}

u64 gm_accounts_unknown(const struct gm_accounts *a)
{
	return READ_ONCE(a->unknown);
}

bool gm_accounts_event(struct gm_accounts *a, u64 seq, struct gm_account_event *event,
		       u32 *generation)
{
	const struct gm_account_event *found;

	gm_accounts_lock(a);
	gm_accounts_renew(a);
	*generation = a->generation;
	found = gm_event_queue_after(&a->events, seq);
	if (found) {
		*event = *found;
		memset(&event->left, 0, sizeof(event->left));
		/* In the order of their size, which gm_shares_add() would not keep. */
		gm_shares_copy(&event->left, &found->left);
	}
	gm_accounts_unlock(a);
	return found;
}
