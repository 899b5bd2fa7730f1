// SPDX-License-Identifier: GPL-2.0
#include <linux/sched/signal.h>

#include "census/sock_walk_datagrams.h"
#include "census/sock_walk_steps.h"

/**
 * struct gm_datagrams - a receive queue that may be long
 * @sk:		the socket
 * @first:	UDP's reader queue, to whose end the receive queue is moved as a whole; or NULL
 * @second:	the socket's receive queue
 * @cursor:	the last skb seen, with a reference; NULL to start from the beginning
 * @seen:	skbs seen so far
 * @queued:	skbs in the queues at the slice before
 * @most:	the number of skbs at which to give up, because more arrive than there were
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

/* Returns the skb after @skb, or the first one if @skb is NULL. Returns NULL at the end. */
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
 * Walks one slice. Returns false at the end. Takes a reference to the new cursor; the caller drops
 * the one to the old cursor.
 *
 * Only an skb with data becomes a cursor: peeking at an empty datagram replaces it by a copy if
 * there is another reference, and leaves the original with pointers to its former neighbours.
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
	/* The cursor and all before it were read meanwhile: all skbs now queued come after it. */
	if (skb && !skb->next) {
		walk->flags |= GHOSTMEM_SOCKET_F_CHANGED;
		skb = NULL;
	}
	/* A sockmap sets sk_user_data before it moves any skb. */
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
	/* In the same order as UDP takes them. */
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
