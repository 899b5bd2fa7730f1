/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dumps of sites: what is common to those of pages and those of sk_buffs.
 *
 * What only records tell, ages and windows, takes a walk through all of them. The core calls
 * start() and the first dumpit() from within the request, under a lock that all users of generic
 * netlink share; so the first message is a short one, and the walk is done in the second call,
 * which comes from the reader's recvmsg().
 *
 * The records are held for a bounded time, never between two calls: a slow reader holds up nothing.
 * A reset in between changes the generation; the dump then ends, marked as interrupted.
 *
 * A refused dump fails in dumpit(), not in start(): on 6.1 start() has no extack to
 * say why (the core sets cb->extack later only), on 6.12 it has.
 */
#ifndef GHOSTMEM_NETLINK_DUMP_H
#define GHOSTMEM_NETLINK_DUMP_H

#include <net/genetlink.h>

#include <linux/uidgid.h>

#include "netlink/tally.h"
#include "reader.h"
#include "tables/page_record.h"

struct gm_dump;

/**
 * struct gm_dump_kind - what a dump is of
 * @cmd:	the operation, enum ghostmem_cmd
 * @room:	bytes of a message that @put may take: readers' buffers are to hold all of it
 * @of:		which records
 * @begin:	makes what room it takes, dump->own; 0 or -ENOMEM. Optional
 * @end:	undoes that; optional
 * @walk:	through the records from *cursor on, for some milliseconds, with
 *		gm_dump_tally(); false when there are no more. With dump->view held
 * @put:	puts the nest that only sites of this kind have; 0 or -EMSGSIZE
 */
struct gm_dump_kind {
	u8 cmd;
	u16 room;
	enum gm_records of;
	int (*begin)(struct gm_dump *dump);
	void (*end)(struct gm_dump *dump);
	bool (*walk)(struct gm_dump *dump, unsigned long *cursor);
	int (*put)(struct sk_buff *skb, const struct gm_dump *dump, u32 id,
		   const struct gm_site_counts *counts);
};

/**
 * struct gm_dump - a dump under way
 * @kind:	what of
 * @refused:	a negative error that ends it at once, or 0
 * @why:	the words to go with it
 * @uid:	who began it
 * @counted:	it is one of those that this user may have at once
 * @headed:	the first message has been sent
 * @cursor:	of the walk
 * @next:	id to go on with, 0 before the walk
 * @end:	ids are below this; sites made later are not in @tally
 * @generation:	of the sites when the dump began
 * @clock:	likewise
 * @filter:	of sites, and of their records
 * @view:	of what is dumped; held during a step of the dump only
 * @symbol:	scratch
 * @text:	scratch
 * @tally:	by id
 * @own:	the kind's
 */
struct gm_dump {
	const struct gm_dump_kind *kind;
	int refused;
	const char *why;
	kuid_t uid;
	bool counted;
	bool headed;
	unsigned long cursor;
	u32 next;
	u32 end;
	u32 generation;
	u64 clock;
	struct gm_filter filter;
	struct gm_view view;
	struct gm_symbol symbol;
	char text[KSYM_SYMBOL_LEN];
	struct gm_tally *tally;
	void *own;
};

int gm_dump_start(struct netlink_callback *cb, const struct gm_dump_kind *kind);
int gm_dump_run(struct sk_buff *skb, struct netlink_callback *cb);
int gm_dump_done(struct netlink_callback *cb);

/* Counts one record of a unit. */
void gm_dump_tally(struct gm_dump *dump, gm_record_t rec);

#endif /* GHOSTMEM_NETLINK_DUMP_H */
