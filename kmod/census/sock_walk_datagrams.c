// SPDX-License-Identifier: GPL-2.0
#include <linux/sched/signal.h>

#include "census/sock_walk_datagrams.h"
#include "census/sock_walk_steps.h"

/**
 * struct gm_datagrams - a receive queue that may be long
 * @sk:		whose
 * @first:	UDP's second queue, to whose end the other one is moved as a whole, or NULL
 * @second:	the socket's receive queue
 * @cursor:	the last skb seen, with a reference, or NULL to begin
 * @seen:	skbs
 * @queued:	how many there were at the slice before
 * @most:	when to give up: more came than there were
 */
struct gm_datagrams {
	struct sock *sk;
	struct sk_buff_head *first;
	struct sk_buff_head *second;
	struct sk_buff *cursor;
	u64 seen;
	u64 queued;
	u64 most;
};

/* From the queues' heads, or from an skb in one of them, to the next, or NULL. */
static struct sk_buff *gm_datagrams_next(const struct gm_datagrams *d, const struct sk_buff *skb)
{
	const struct sk_buff *end1 = (const struct sk_buff *)d->first;
	const struct sk_buff *end2 = (const struct sk_buff *)d->second;
	struct sk_buff *next;

	next = skb ? skb->next : d->first ? d->first->next : d->second->next;
	if (end1 && next == end1)
		next = d->second->next;
	return next == end2 ? NULL : next;
}

/*
 * One slice; false at the end. Leaves a reference to the new cursor, and the old one to the caller.
 *
 * A cursor has data: who peeks at an empty datagram replaces it by a copy if somebody else has
 * a reference, and leaves it pointing to what were its neighbours.
 */
static bool gm_datagrams_slice(struct gm_walk *walk, struct gm_datagrams *d)
{
	struct sk_buff *skb = d->cursor;
	unsigned int slice = 0;
	u64 queued = skb_queue_len(d->second) + (d->first ? skb_queue_len(d->first) : 0);

	if (!d->seen)
		d->most = 2 * queued + GM_SLICE_WHOLE;
	else if (queued != d->queued)
		walk->flags |= GHOSTMEM_SOCKET_F_CHANGED;
	d->queued = queued;
	walk->parts.at = GM_QUEUE_RECEIVE;
	/* Read meanwhile, and all before it: what is there now comes after it. */
	if (skb && !skb->next) {
		walk->flags |= GHOSTMEM_SOCKET_F_CHANGED;
		skb = NULL;
	}
	/* Attached before it moves anything. */
	if (d->cursor && READ_ONCE(d->sk->sk_user_data)) {
		walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
		d->cursor = NULL;
		return false;
	}
	d->cursor = NULL;
	while ((skb = gm_datagrams_next(d, skb))) {
		if (!d->seen)
			gm_walk_first(walk, skb);
		if (slice == GM_SLICE_WHOLE || d->seen == d->most ||
		    !gm_parts_add_skb(&walk->parts, skb)) {
			walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
			return false;
		}
		d->seen++;
		if (++slice < GM_SLICE_SKBS && gm_walk_roomy(walk))
			continue;
		if (skb->len && !READ_ONCE(d->sk->sk_user_data)) {
			d->cursor = skb_get(skb);
			return true;
		}
	}
	return false;
}

static bool gm_datagrams_slice_locked(struct gm_walk *walk, struct gm_datagrams *d)
{
	unsigned long flags;
	bool more;

	if (!d->first) {
		spin_lock_irqsave(&d->second->lock, flags);
		more = gm_datagrams_slice(walk, d);
		spin_unlock_irqrestore(&d->second->lock, flags);
		return more;
	}
	/* In the order in which UDP takes them. */
	spin_lock_irqsave(&d->first->lock, flags);
	spin_lock(&d->second->lock);
	more = gm_datagrams_slice(walk, d);
	spin_unlock(&d->second->lock);
	spin_unlock_irqrestore(&d->first->lock, flags);
	return more;
}

void gm_walk_datagrams(struct gm_walk *walk, struct sock *sk, struct sk_buff_head *first)
{
	struct gm_datagrams d = { .sk = sk, .first = first, .second = &sk->sk_receive_queue };
	struct sk_buff *old;
	bool more = true;

	if (skb_queue_empty_lockless(d.second) && (!first || skb_queue_empty_lockless(first)))
		return;
	while (more) {
		old = d.cursor;
		more = gm_datagrams_slice_locked(walk, &d) && !fatal_signal_pending(current);
		consume_skb(old);
		gm_walk_give(walk);
	}
	consume_skb(d.cursor);
}
