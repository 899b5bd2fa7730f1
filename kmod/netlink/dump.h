/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dumps of sites: the common part of those of pages and those of sk_buffs.
 *
 * Ages and windows are known only from the records, so a dump has to walk through all records. The
 * core calls start() and the first dumpit() from within the request, under a lock that all users of
 * generic netlink share. So the first message is a short one, and the walk is done in the second
 * call, which comes from the reader's recvmsg().
 *
 * The records are held for a bounded time, and never between two calls, so that a slow reader
 * delays nobody. A reset in between changes the generation; the dump then ends and is marked as
 * interrupted.
 *
 * A refused dump fails in dumpit(), not in start(): on 6.1 start() has no extack to give the reason
 * (the core sets cb->extack only later), on 6.12 it has.
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
 * struct gm_dump_kind - a kind of dump
 * @cmd:	the operation, enum ghostmem_cmd
 * @room:	bytes of a message that @put may use; a reader's buffer has to hold all of a message
 * @of:		which records
 * @begin:	allocates dump->own; returns 0 or -ENOMEM. Optional
 * @end:	frees dump->own; optional
 * @walk:	calls gm_dump_tally() for the records from *cursor on, for some milliseconds;
 *		returns false when there are no more. Called with dump->view held
 * @put:	puts the nest that only sites of this kind have; returns 0 or -EMSGSIZE
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
 * @kind:	the kind of dump
 * @refused:	a negative error that ends the dump at once, or 0
 * @why:	the message for the extack
 * @uid:	the user who began the dump
 * @counted:	the dump has taken one of the user's places
 * @headed:	the first message has been sent
 * @cursor:	position of the walk
 * @next:	id of the next site to put, 0 before the walk
 * @end:	ids are below this; sites made later are not in @tally
 * @generation:	that of the sites when the dump began
 * @clock:	that of the records when the dump began
 * @filter:	filter of sites, and of their records
 * @view:	view of what is dumped; held only during a step of the dump
 * @symbol:	scratch
 * @text:	scratch
 * @tally:	by id
 * @own:	private data of the kind
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

/* Counts the record of one unit. */
void gm_dump_tally(struct gm_dump *dump, gm_record_t rec);

#endif /* GHOSTMEM_NETLINK_DUMP_H */
