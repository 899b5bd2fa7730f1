// SPDX-License-Identifier: GPL-2.0
/*
 * The queue of events. See event_queue.h.
 */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "accounts/event_queue.h"

static int gm_share_cmp(const void *a, const void *b)
{
	const struct gm_share *one = a, *two = b;

	if (one->pages != two->pages)
		return one->pages > two->pages ? -1 : 1;
	return one->site < two->site ? -1 : one->site > two->site;
}

/* Leaves the largest shares, in the order of their size. */
static void gm_event_rank(struct gm_account_event *event)
{
	struct gm_shares *left = &event->left;

	sort(left->share, left->nr, sizeof(*left->share), gm_share_cmp, NULL);
	if (left->cut || left->nr > GHOSTMEM_EVENT_SHARES_MAX)
		event->flags |= GHOSTMEM_ACCOUNT_F_CUT;
	left->nr = min_t(u32, left->nr, GHOSTMEM_EVENT_SHARES_MAX);
}

static void gm_event_free(struct gm_account_event *event)
{
	if (!event)
		return;
	gm_shares_clear(&event->left);
	kfree(event);
}

void gm_event_queue_push(struct gm_event_queue *q, struct gm_account_event *event)
{
	struct gm_account_event **place, *copy = kmalloc(sizeof(*copy), GFP_KERNEL);

	event->seq = ++q->seq;
	place = &q->event[q->seq % GHOSTMEM_EVENTS_MAX];
	gm_event_free(*place);
	*place = copy;
	if (!copy) {
		gm_shares_clear(&event->left);
		return;
	}
	*copy = *event;
	memset(&event->left, 0, sizeof(event->left));
	gm_event_rank(copy);
}

const struct gm_account_event *gm_event_queue_after(const struct gm_event_queue *q, u64 seq)
{
	/* Somebody who has followed the events of an earlier load begins anew. */
	if (seq > q->seq)
		seq = 0;
	if (q->seq > GHOSTMEM_EVENTS_MAX && seq < q->seq - GHOSTMEM_EVENTS_MAX)
		seq = q->seq - GHOSTMEM_EVENTS_MAX;
	while (seq < q->seq) {
		const struct gm_account_event *event = q->event[++seq % GHOSTMEM_EVENTS_MAX];

		if (event)
			return event;
	}
	return NULL;
}

void gm_event_queue_forget_sites(struct gm_event_queue *q)
{
	unsigned int i;

	for (i = 0; i < GHOSTMEM_EVENTS_MAX; i++) {
		if (!q->event[i] || q->event[i]->kind != GHOSTMEM_EVENT_RECEIPT)
			continue;
		q->event[i]->flags |= GHOSTMEM_ACCOUNT_F_FORGOTTEN;
		gm_shares_clear(&q->event[i]->left);
	}
}

void gm_event_queue_clear(struct gm_event_queue *q)
{
	unsigned int i;

	for (i = 0; i < GHOSTMEM_EVENTS_MAX; i++)
		gm_event_free(q->event[i]);
	memset(q, 0, sizeof(*q));
}
