// SPDX-License-Identifier: GPL-2.0
/*
 * SOCKET_GET: takes a census of sockets and dumps it, sockets that pin most memory first.
 *
 * As with sites, start() and the first dumpit() run under a lock that all users of generic netlink
 * share. So the census is taken in the second call, which comes from the reader's recvmsg(). The
 * first message has nothing of the census; without a message the core would end the dump.
 */
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sock_diag.h>
#include <net/genetlink.h>

#include "census/sockets.h"
#include "compat/compat.h"
#include "netlink/family.h"
#include "netlink/places.h"
#include "netlink/sockets.h"
#include "reader.h"

/*
 * Most censuses of each user at a time. A dump holds a census, whose memory is bounded; this bounds
 * the memory of all of them.
 */
#define GM_CENSUSES_MAX	2

/* Room for the names of all queues, GHOSTMEM_OWNERS_MAX owners and two addresses. */
#define GM_SOCKET_MSG_MAX	8192

static struct gm_places gm_censuses = GM_PLACES(GM_CENSUSES_MAX);

/**
 * struct gm_socket_dump - a dump under way
 * @refused:	a negative error that ends the dump at once, or 0
 * @why:	the message for the extack
 * @uid:	the user who began the dump
 * @counted:	the dump has taken a place in gm_censuses
 * @begun:	the first message has been sent
 * @headed:	the second message has been sent
 * @taken:	@sockets is initialized
 * @sorted:	the sockets, in the order of the dump
 * @next:	index in @sorted of the next socket to put
 * @end:	index in @sorted after the last socket that is asked for
 * @sockets:	the census
 */
struct gm_socket_dump {
	int refused;
	const char *why;
	kuid_t uid;
	bool counted;
	bool begun;
	bool headed;
	bool taken;
	struct gm_socket **sorted;
	u32 next;
	u32 end;
	struct gm_sockets sockets;
};

static s64 gm_age_by_record(void *priv, unsigned long pfn)
{
	return gm_tracker_page_age(priv, pfn);
}

int gm_sockets_get_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = gm_genl_dump_attrs(cb);
	struct gm_socket_dump *dump;
	int err = gm_netlink_may_read(cb->skb);

	if (err)
		return err;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	dump->uid = current_uid();
	cb->args[0] = (long)dump;
	cb->min_dump_alloc = GM_SOCKET_MSG_MAX;
	dump->end = U32_MAX;

	dump->refused = gm_netlink_abi(attrs, &dump->why);
	if (dump->refused)
		return 0;
	dump->counted = gm_places_take(&gm_censuses, dump->uid);
	if (!dump->counted) {
		dump->refused = -EBUSY;
		dump->why = "too many censuses at once; try again";
	} else if (attrs[GHOSTMEM_A_TOP]) {
		dump->end = nla_get_u32(attrs[GHOSTMEM_A_TOP]);
	}
	return 0;
}

int gm_sockets_get_done(struct netlink_callback *cb)
{
	struct gm_socket_dump *dump = (struct gm_socket_dump *)cb->args[0];

	if (!dump)
		return 0;
	if (dump->counted)
		gm_places_give(&gm_censuses, dump->uid);
	if (dump->taken)
		gm_sockets_destroy(&dump->sockets);
	kvfree(dump->sorted);
	kfree(dump);
	return 0;
}

static int gm_census_take(struct gm_socket_dump *dump, struct netlink_callback *cb)
{
	const struct gm_page_ages ages = { .age_s = gm_age_by_record, .priv = &gm_tracker };
	int err = gm_sockets_take(&dump->sockets, &ages, NETLINK_CB(cb->skb).sk);

	if (err) {
		dump->why = "the census could not be taken: interrupted, or no memory";
		return err;
	}
	dump->taken = true;
	dump->sorted = gm_sockets_sorted(&dump->sockets);
	if (!dump->sorted) {
		dump->why = "not enough memory for a census";
		return -ENOMEM;
	}
	dump->end = min(dump->end, dump->sockets.nr);
	return 0;
}

static int gm_put_u64(struct sk_buff *skb, int type, u64 value)
{
	/* The PAD of every nest has the same number. */
	BUILD_BUG_ON((int)GHOSTMEM_HELD_A_PAD != (int)GHOSTMEM_SOCKET_A_PAD);
	BUILD_BUG_ON((int)GHOSTMEM_HELD_A_PAD != (int)GHOSTMEM_CENSUS_A_PAD);
	BUILD_BUG_ON((int)GHOSTMEM_HELD_A_PAD != (int)GHOSTMEM_LOST_A_PAD);
	return nla_put_u64_64bit(skb, type, value, GHOSTMEM_HELD_A_PAD);
}

/* Puts a HELD. That of a queue, with @orders NULL, has fewer attributes than that of sockets. */
static int gm_put_held(struct sk_buff *skb, int type, const struct gm_held *held,
		       const u64 *orders)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest ||
	    gm_put_u64(skb, GHOSTMEM_HELD_A_SKBS, held->skbs) ||
	    gm_put_u64(skb, GHOSTMEM_HELD_A_BYTES, held->bytes) ||
	    gm_put_u64(skb, GHOSTMEM_HELD_A_TRUESIZE_BYTES, held->truesize) ||
	    gm_put_u64(skb, GHOSTMEM_HELD_A_PINNED_PAGES, held->pinned_pages) ||
	    gm_put_u64(skb, GHOSTMEM_HELD_A_PINNED_BLOCKS, held->pinned_blocks) ||
	    gm_put_u64(skb, GHOSTMEM_HELD_A_SLAB_BYTES, held->slab_bytes) ||
	    gm_put_u64(skb, GHOSTMEM_HELD_A_VMALLOC_BYTES, held->vmalloc_bytes) ||
	    gm_put_u64(skb, GHOSTMEM_HELD_A_MAPPED_PAGES, held->mapped_pages))
		return -EMSGSIZE;
	if (orders && (gm_put_u64(skb, GHOSTMEM_HELD_A_SHARED_PAGES, held->shared_pages) ||
		       gm_put_u64(skb, GHOSTMEM_HELD_A_TRACKED_PAGES, held->tracked_pages) ||
		       nla_put(skb, GHOSTMEM_HELD_A_ORDERS, GHOSTMEM_ORDERS * sizeof(*orders),
			       orders)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_missed(struct sk_buff *skb, const u64 *missed)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < GM_MISSED; i++) {
		if (!missed[i])
			continue;
		nest = nla_nest_start(skb, GHOSTMEM_CENSUS_A_MISSED);
		if (!nest ||
		    nla_put_string(skb, GHOSTMEM_LOST_A_NAME, gm_missed_names[i].name) ||
		    gm_put_u64(skb, GHOSTMEM_LOST_A_COUNT, missed[i]) ||
		    nla_put_string(skb, GHOSTMEM_LOST_A_MEANING, gm_missed_names[i].meaning))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int gm_put_census(struct sk_buff *skb, const struct gm_sockets *c)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_CENSUS);

	if (!nest ||
	    nla_put_u32(skb, GHOSTMEM_CENSUS_A_SOCKETS, c->nr) ||
	    nla_put_u32(skb, GHOSTMEM_CENSUS_A_NETNS, c->netns) ||
	    gm_put_u64(skb, GHOSTMEM_CENSUS_A_DURATION_NS, c->duration_ns) ||
	    gm_put_u64(skb, GHOSTMEM_CENSUS_A_MEMORY_BYTES, c->arena.bytes) ||
	    gm_put_held(skb, GHOSTMEM_CENSUS_A_HELD, &c->held, c->orders) ||
	    gm_put_missed(skb, c->missed))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int gm_put_owners(struct sk_buff *skb, const struct gm_socket *s)
{
	const struct gm_owner *owner;
	struct nlattr *nest;

	if (nla_put_u32(skb, GHOSTMEM_SOCKET_A_OWNERS, s->owners))
		return -EMSGSIZE;
	for (owner = s->owner; owner; owner = owner->next) {
		nest = nla_nest_start(skb, GHOSTMEM_SOCKET_A_OWNER);
		if (!nest ||
		    nla_put_u32(skb, GHOSTMEM_OWNER_A_PID, owner->pid) ||
		    nla_put_u32(skb, GHOSTMEM_OWNER_A_FD, owner->fd) ||
		    nla_put_string(skb, GHOSTMEM_OWNER_A_COMM, owner->comm))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int gm_put_queues(struct sk_buff *skb, const struct gm_socket *s)
{
	const struct gm_queue *queue;
	struct nlattr *nest;

	for (queue = s->queue; queue; queue = queue->next) {
		nest = nla_nest_start(skb, GHOSTMEM_SOCKET_A_QUEUE);
		if (!nest ||
		    nla_put_string(skb, GHOSTMEM_QUEUE_A_NAME, gm_queue_names[queue->kind]) ||
		    gm_put_held(skb, GHOSTMEM_QUEUE_A_HELD, &queue->held, NULL))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int gm_put_name(struct sk_buff *skb, int type, const struct gm_name *name)
{
	return name ? nla_put(skb, type, name->len, name->data) : 0;
}

static int gm_put_ms(struct sk_buff *skb, int type, u64 ms)
{
	return ms == GM_MS_UNKNOWN ? 0 : gm_put_u64(skb, type, ms);
}

static int gm_put_identity(struct sk_buff *skb, const struct gm_socket *s)
{
	if (gm_put_u64(skb, GHOSTMEM_SOCKET_A_COOKIE, s->cookie) ||
	    gm_put_u64(skb, GHOSTMEM_SOCKET_A_INODE, s->inode) ||
	    nla_put_u32(skb, GHOSTMEM_SOCKET_A_NETNS, s->netns) ||
	    nla_put_u32(skb, GHOSTMEM_SOCKET_A_FAMILY, s->family) ||
	    nla_put_u32(skb, GHOSTMEM_SOCKET_A_TYPE, s->type) ||
	    nla_put_u32(skb, GHOSTMEM_SOCKET_A_PROTOCOL, s->protocol) ||
	    nla_put_u32(skb, GHOSTMEM_SOCKET_A_STATE, s->state) ||
	    nla_put_u32(skb, GHOSTMEM_SOCKET_A_UID, s->uid) ||
	    nla_put_u32(skb, GHOSTMEM_SOCKET_A_FLAGS, s->flags) ||
	    (s->ifindex && nla_put_u32(skb, GHOSTMEM_SOCKET_A_IFINDEX, s->ifindex)) ||
	    gm_put_name(skb, GHOSTMEM_SOCKET_A_LOCAL, s->local) ||
	    gm_put_name(skb, GHOSTMEM_SOCKET_A_REMOTE, s->remote) ||
	    gm_put_u64(skb, GHOSTMEM_SOCKET_A_HOLDER, s->holder))
		return -EMSGSIZE;
	return 0;
}

static int gm_put_socket(struct sk_buff *skb, const struct gm_socket *s)
{
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_SOCKET);
	u64 orders[GHOSTMEM_ORDERS];
	unsigned int i;

	for (i = 0; i < GHOSTMEM_ORDERS; i++)
		orders[i] = s->orders[i];
	if (!nest || gm_put_identity(skb, s) || gm_put_owners(skb, s) ||
	    gm_put_held(skb, GHOSTMEM_SOCKET_A_HELD, &s->held, orders) || gm_put_queues(skb, s) ||
	    nla_put(skb, GHOSTMEM_SOCKET_A_MEMINFO, sizeof(s->meminfo), s->meminfo) ||
	    nla_put_u32(skb, GHOSTMEM_SOCKET_A_FRAGS_MAX, s->frags_max) ||
	    gm_put_ms(skb, GHOSTMEM_SOCKET_A_OLDEST_MS, s->oldest_ms) ||
	    gm_put_ms(skb, GHOSTMEM_SOCKET_A_READ_MS, s->read_ms) ||
	    gm_put_ms(skb, GHOSTMEM_SOCKET_A_ARRIVED_MS, s->arrived_ms))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static void *gm_socket_dump_put(struct sk_buff *skb, struct netlink_callback *cb)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 &gm_genl_family, NLM_F_MULTI, GHOSTMEM_CMD_SOCKET_GET);

	return head && !nla_put_u32(skb, GHOSTMEM_A_ABI, GHOSTMEM_ABI) ? head : NULL;
}

static int gm_socket_dump_begin(struct sk_buff *skb, struct netlink_callback *cb,
				struct gm_socket_dump *dump)
{
	void *head = gm_socket_dump_put(skb, cb);

	if (!head || nla_put_u32(skb, GHOSTMEM_A_TOP, dump->end))
		return -EMSGSIZE;
	genlmsg_end(skb, head);
	dump->begun = true;
	return skb->len;
}

static int gm_socket_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			      struct gm_socket_dump *dump)
{
	unsigned int len = skb->len;
	void *head = gm_socket_dump_put(skb, cb);

	if (!head || (dump->headed ? gm_put_socket(skb, dump->sorted[dump->next]) :
				     gm_put_census(skb, &dump->sockets))) {
		nlmsg_trim(skb, skb->data + len);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

int gm_sockets_get_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gm_socket_dump *dump = (struct gm_socket_dump *)cb->args[0];
	int err = 0;

	if (!dump->refused && !dump->begun)
		return gm_socket_dump_begin(skb, cb, dump);
	if (!dump->refused && !dump->taken)
		dump->refused = gm_census_take(dump, cb);
	if (dump->refused) {
		if (cb->extack)
			cb->extack->_msg = dump->why;
		return dump->refused;
	}
	while (!err && (!dump->headed || dump->next < dump->end)) {
		err = gm_socket_dump_one(skb, cb, dump);
		if (err)
			break;
		if (dump->headed)
			dump->next++;
		dump->headed = true;
		cond_resched();
	}
	return skb->len ?: err;
}
