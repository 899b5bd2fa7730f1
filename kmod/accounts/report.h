/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is told of accounts and events, as plain values.
 */
#ifndef GHOSTMEM_ACCOUNTS_REPORT_H
#define GHOSTMEM_ACCOUNTS_REPORT_H

#include "accounts/accounts.h"

/**
 * struct gm_account_report - what is told of an account
 * @id:		its number
 * @identity:	its names
 * @state:	enum ghostmem_account_state
 * @flags:	GHOSTMEM_ACCOUNT_F_*
 * @since_ms:	when the state began
 * @lives:	lives that have a receipt
 * @held:	what it holds
 * @left:	what it has left, and is still allocated
 * @generation:	of the sites in both
 */
struct gm_account_report {
	u32 id;
	struct gm_identity identity;
	u32 state;
	u32 flags;
	u64 since_ms;
	u32 lives;
	struct gm_shares held;
	struct gm_shares left;
	u32 generation;
};

/*
 * Fills @report from the first account from place @at on that is one of a device, or with @modules
 * of a module, and returns its place, or -1 if there is none. gm_account_report_clear() frees what
 * it holds. Sleeps.
 */
int gm_accounts_read(struct gm_accounts *a, int at, bool modules,
		     struct gm_account_report *report);
void gm_account_report_clear(struct gm_account_report *report);

/* Returns how many lives have no account, for want of room or memory. Takes no lock. */
u64 gm_accounts_unknown(const struct gm_accounts *a);

/*
 * Copies the first event after @seq, with its list, which the caller clears, and @generation, which
 * is that of the sites in it. Returns false if there is none. Sleeps.
 */
bool gm_accounts_event(struct gm_accounts *a, u64 seq, struct gm_account_event *event,
		       u32 *generation);

#endif /* GHOSTMEM_ACCOUNTS_REPORT_H */
