// SPDX-License-Identifier: GPL-2.0
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/skbuff.h>
#include <linux/vmalloc.h>

#include "census/sock_lock.h"
#include "census/sock_walk_steps.h"
#include "compat/sock.h"

static void gm_walk_forget(struct gm_walk *walk)
{
	while (walk->met_nr)
		sock_put(walk->met[--walk->met_nr]);
	gm_parts_clear(&walk->parts);
}

void gm_walk_give(struct gm_walk *walk)
{
	might_sleep();
	if (walk->parts.cut)
		walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	walk->take(walk->priv);
	gm_walk_forget(walk);
	cond_resched();
}

void gm_walk_first(struct gm_walk *walk, const struct sk_buff *skb)
{
	struct page *page;

	if (skb->tstamp && gm_skb_arrived(skb))
		walk->oldest = skb->tstamp;
	page = skb_shinfo(skb)->nr_frags ? skb_frag_page(&skb_shinfo(skb)->frags[0]) : NULL;
	if (!page && !is_vmalloc_addr(skb->head))
		page = virt_to_page(skb->head);
	if (page)
		page = compound_head(page);
	/* A page of the slab may be much older. */
	if (page && !PageSlab(page))
		walk->oldest_pfn = page_to_pfn(page);
}

/* Kernel sockets are skipped: they are found by table, with a reference to their namespace. */
void gm_walk_meet(struct gm_walk *walk, struct sock *sk)
{
	if (!sk || !sk->sk_net_refcnt)
		return;
	if (walk->met_nr == GM_WALK_MET_MAX)
		walk->unseen++;
	else if (refcount_inc_not_zero(&sk->sk_refcnt))
		walk->met[walk->met_nr++] = sk;
}

static bool gm_fill_skb(struct gm_walk *walk, const struct sk_buff *skb)
{
	if (!walk->left || !gm_parts_add_skb(&walk->parts, skb))
		return false;
	walk->left--;
	return true;
}

bool gm_fill_list(struct gm_walk *walk, const struct sk_buff_head *list, enum gm_queue_kind kind)
{
	const struct sk_buff *skb;

	walk->parts.at = kind;
	if (kind == GM_QUEUE_RECEIVE && !skb_queue_empty(list))
		gm_walk_first(walk, skb_peek(list));
	skb_queue_walk(list, skb) {
		if (!gm_fill_skb(walk, skb))
			return false;
	}
	return true;
}

bool gm_fill_tree(struct gm_walk *walk, struct rb_root *root, enum gm_queue_kind kind)
{
	struct sk_buff *skb;

	walk->parts.at = kind;
	for (skb = skb_rb_first(root); skb; skb = skb_rb_next(skb)) {
		if (!gm_fill_skb(walk, skb))
			return false;
	}
	return true;
}

/* Walks the backlog: what has arrived while the socket has an owner. */
static bool gm_fill_backlog(struct gm_walk *walk, struct sock *sk)
{
	const struct sk_buff *skb;

	walk->parts.at = GM_QUEUE_BACKLOG;
	for (skb = sk->sk_backlog.head; skb; skb = skb->next) {
		if (!gm_fill_skb(walk, skb))
			return false;
	}
	return true;
}

/*
 * Calls @fill under the socket's spinlock if there is no owner. If there is one, walks the backlog
 * if @backlog, else returns false: most owners finish soon, unless they sleep.
 */
static bool gm_walk_try_slock(struct gm_walk *walk, struct sock *sk,
			      bool (*fill)(struct gm_walk *walk, struct sock *sk), bool backlog)
{
	bool owned, all = true;

	walk->left = GM_SLICE_WHOLE;
	spin_lock_bh(&sk->sk_lock.slock);
	owned = sock_owned_by_user_nocheck(sk);
	if (!owned)
		all = fill(walk, sk);
	else if (backlog)
		all = gm_fill_backlog(walk, sk);
	spin_unlock_bh(&sk->sk_lock.slock);
	if (owned && !backlog)
		return false;
	if (owned)
		walk->flags |= GHOSTMEM_SOCKET_F_BUSY;
	if (!all)
		walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	gm_walk_give(walk);
	return true;
}

/* Waits a tick. Returns false after four tries, when killed, or if walk->waits is used up. */
static bool gm_walk_wait(struct gm_walk *walk, unsigned int tries)
{
	if (tries == 4 || !walk->waits || fatal_signal_pending(current))
		return false;
	walk->waits--;
	schedule_timeout_killable(1);
	return true;
}

void gm_walk_under_slock(struct gm_walk *walk, struct sock *sk,
			 bool (*fill)(struct gm_walk *walk, struct sock *sk))
{
	unsigned int tries = 0;

	while (!gm_walk_try_slock(walk, sk, fill, false)) {
		if (!gm_walk_wait(walk, tries++)) {
			gm_walk_try_slock(walk, sk, fill, true);
			return;
		}
	}
}

void gm_walk_as_owner(struct gm_walk *walk, struct sock *sk,
		      bool (*fill)(struct gm_walk *walk, struct sock *sk))
{
	unsigned int tries = 0;
	bool all;

	for (;;) {
		switch (gm_trylock_sock(sk)) {
		case GM_LOCK_NOT_FOR_US:
			gm_walk_under_slock(walk, sk, fill);
			return;
		case GM_LOCK_BUSY:
			if (gm_walk_wait(walk, tries++))
				continue;
			gm_walk_try_slock(walk, sk, fill, true);
			return;
		case GM_LOCK_OURS:
			break;
		}
		walk->left = U32_MAX;
		all = fill(walk, sk);
		release_sock(sk);
		if (all || !gm_parts_grow(&walk->parts))
			break;
		gm_walk_forget(walk);
	}
	if (!all)
		walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	gm_walk_give(walk);
}

void gm_walk_locked_irq(struct gm_walk *walk, struct sk_buff_head *list, enum gm_queue_kind kind)
{
	unsigned long flags;

	if (skb_queue_empty_lockless(list))
		return;
	walk->left = GM_SLICE_IRQ;
	spin_lock_irqsave(&list->lock, flags);
	if (!gm_fill_list(walk, list, kind))
		walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	spin_unlock_irqrestore(&list->lock, flags);
	gm_walk_give(walk);
}

void gm_walk_locked_bh(struct gm_walk *walk, struct sk_buff_head *list, enum gm_queue_kind kind)
{
	if (skb_queue_empty_lockless(list))
		return;
	walk->left = GM_SLICE_WHOLE;
	spin_lock_bh(&list->lock);
	if (!gm_fill_list(walk, list, kind))
		walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	spin_unlock_bh(&list->lock);
	gm_walk_give(walk);
}
