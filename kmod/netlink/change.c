// SPDX-License-Identifier: GPL-2.0
/*
 * The worker that carries out changes. See change.h.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "compat/kthread.h"
#include "netlink/change.h"

/*
 * Most changes that may wait. Each holds the buffer of its request, up to some hundred KiB. That
 * buffer is charged to the kernel's own socket in the netns that it was sent in, without a
 * reference. This is safe because the family exists in the initial netns only (no netnsok), whose
 * socket is never released.
 */
#define GM_CHANGES_WAITING	16

/**
 * struct gm_change - a change that waits, or is being carried out
 * @work:	in the queue
 * @request:	with a reference, because the acknowledgment may repeat it
 * @header:	the message within @request
 * @sender:	with a reference, because the acknowledgment depends on its options
 * @reset:	forget all records; otherwise @settings apply
 * @settings:	what is to be set
 */
struct gm_change {
	struct kthread_work work;
	struct sk_buff *request;
	struct nlmsghdr *header;
	struct sock *sender;
	bool reset;
	struct gm_settings settings;
};

/*
 * Changes have a thread of their own, which carries out one at a time, in order. A real-time task
 * that keeps one CPU busy does not delay it, as it would delay a work queue of that CPU.
 */
static struct kthread_worker *gm_changes;
static atomic_t gm_changes_waiting;

static void gm_change_free(struct gm_change *change)
{
	sock_put(change->sender);
	consume_skb(change->request);
	kfree(change);
	atomic_dec(&gm_changes_waiting);
}

static void gm_change_acknowledge(const struct gm_change *change, int err, const char *why)
{
	struct netlink_ext_ack extack = {};

	if (!err && !(change->header->nlmsg_flags & NLM_F_ACK))
		return;
	/* The port of a closed socket may belong to somebody else by now. */
	if (sock_flag(change->sender, SOCK_DEAD))
		return;
	if (err)
		extack._msg = why;
	netlink_ack(change->request, change->header, err, &extack);
}

static void gm_change_work(struct kthread_work *work)
{
	struct gm_change *change = container_of(work, struct gm_change, work);
	const char *why = "unknown reason";
	int err = 0;

	if (change->reset)
		gm_tracker_reset(&gm_tracker);
	else
		err = gm_tracker_set(&gm_tracker, &change->settings, &why);
	gm_change_acknowledge(change, err, why);
	gm_change_free(change);
}

int gm_change_later(struct sk_buff *request, struct genl_info *info,
		    const struct gm_settings *settings)
{
	struct gm_change *change;

	if (atomic_inc_return(&gm_changes_waiting) > GM_CHANGES_WAITING) {
		atomic_dec(&gm_changes_waiting);
		GENL_SET_ERR_MSG(info, "too many changes wait for the one under way");
		return -EBUSY;
	}
	change = kzalloc(sizeof(*change), GFP_KERNEL);
	if (!change) {
		atomic_dec(&gm_changes_waiting);
		return -ENOMEM;
	}
	kthread_init_work(&change->work, gm_change_work);
	change->request = skb_get(request);
	/* Until the handler returns, the request begins with the message being handled. */
	change->header = nlmsg_hdr(request);
	change->sender = NETLINK_CB(request).sk;
	sock_hold(change->sender);
	if (settings)
		change->settings = *settings;
	else
		change->reset = true;
	kthread_queue_work(gm_changes, &change->work);
	return -EINTR;
}

int gm_change_init(void)
{
	gm_changes = gm_kthread_run_worker("ghostmem");
	return PTR_ERR_OR_ZERO(gm_changes);
}

void gm_change_exit(void)
{
	kthread_destroy_worker(gm_changes);
}
