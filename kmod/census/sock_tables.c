// SPDX-License-Identifier: GPL-2.0
/*
 * Sockets by the tables of their protocols, which also have sockets that no descriptor refers to.
 *
 * Those not known yet are collected, with references, under a bucket's lock, or in an RCU read
 * section if the table allows that, and looked at after the lock has been dropped. A bucket with
 * more of them than fit into a batch is walked again: those of the batch before are known then.
 */
#include <linux/module.h>
#include <net/af_unix.h>
#include <net/af_vsock.h>
#include <net/inet_hashtables.h>
#include <net/raw.h>
#include <net/rawv6.h>
#include <net/udp.h>

#include "census/sock_get.h"
#include "census/sock_tables.h"
#include "compat/raw.h"
#include "compat/sock.h"
#include "compat/unix.h"

/* Half a MiB of references. */
#define GM_BUCKET_BATCH		32768

/**
 * struct gm_bucket - a batch of sockets of a bucket
 * @sockets:	the census, which has the known sockets
 * @ref:	the sockets that were collected
 * @nr:		number of sockets in @ref
 */
struct gm_bucket {
	struct gm_sockets *sockets;
	struct gm_sock_ref ref[GM_BUCKET_BATCH];
	u32 nr;
};

/* Adds @sk if it is not known yet. Returns false when no more fit. */
static bool gm_bucket_add(struct gm_bucket *bucket, struct sock *sk)
{
	if (gm_sockets_know(bucket->sockets, sk))
		return true;
	if (bucket->nr == GM_BUCKET_BATCH)
		return false;
	if (gm_sock_get(&bucket->ref[bucket->nr], sk))
		bucket->nr++;
	return true;
}

/* Looks at the sockets that were collected. Returns false to give up. */
static bool gm_bucket_found(struct gm_sockets *c, struct gm_bucket *bucket)
{
	static const struct gm_finding nothing;
	bool go_on = true;
	u32 i;

	for (i = 0; i < bucket->nr; i++) {
		go_on = go_on && gm_sockets_found(c, bucket->ref[i].sk, &nothing);
		gm_sock_put(&bucket->ref[i]);
	}
	return go_on;
}

/**
 * struct gm_table - a table of sockets
 * @buckets:	number of its buckets
 * @walk:	calls gm_bucket_add() for all sockets of a bucket, until that returns false
 * @data:	for @walk
 * @net:	for @walk: the network namespace
 */
struct gm_table {
	unsigned int buckets;
	void (*walk)(const struct gm_table *table, unsigned int i, struct gm_bucket *bucket);
	void *data;
	struct net *net;
};

static bool gm_table_walk(struct gm_sockets *c, struct gm_bucket *bucket,
			  const struct gm_table *table)
{
	unsigned int i;
	u32 before;

	for (i = 0; i < table->buckets; i++) {
		do {
			before = c->nr;
			bucket->nr = 0;
			table->walk(table, i, bucket);
			if (!gm_bucket_found(c, bucket))
				return false;
			/* If none was added, the census has no room for more. */
		} while (bucket->nr == GM_BUCKET_BATCH && c->nr != before);
		cond_resched();
	}
	return true;
}

static void gm_walk_established(const struct gm_table *table, unsigned int i,
				struct gm_bucket *bucket)
{
	struct inet_hashinfo *hashinfo = table->data;
	struct hlist_nulls_head *head = &hashinfo->ehash[i].chain;
	spinlock_t *lock = inet_ehash_lockp(hashinfo, i);
	struct hlist_nulls_node *node;
	struct sock *sk;

	/* There may be millions of buckets, most of them empty. */
	if (hlist_nulls_empty(head))
		return;
	spin_lock_bh(lock);
	sk_nulls_for_each(sk, node, head) {
		if (!gm_bucket_add(bucket, sk))
			break;
	}
	spin_unlock_bh(lock);
}

static void gm_walk_listening(const struct gm_table *table, unsigned int i,
			      struct gm_bucket *bucket)
{
	struct inet_hashinfo *hashinfo = table->data;
	struct inet_listen_hashbucket *listen = gm_listen_bucket(hashinfo, i);
	struct hlist_nulls_node *node;
	struct sock *sk;

	if (hlist_nulls_empty(&listen->nulls_head))
		return;
	spin_lock_bh(&listen->lock);
	sk_nulls_for_each(sk, node, &listen->nulls_head) {
		if (!gm_bucket_add(bucket, sk))
			break;
	}
	spin_unlock_bh(&listen->lock);
}

static void gm_walk_udp(const struct gm_table *table, unsigned int i, struct gm_bucket *bucket)
{
	struct udp_table *udp = table->data;
	struct udp_hslot *slot = &udp->hash[i];
	struct sock *sk;

	if (hlist_empty(&slot->head))
		return;
	spin_lock_bh(&slot->lock);
	sk_for_each(sk, &slot->head) {
		if (!gm_bucket_add(bucket, sk))
			break;
	}
	spin_unlock_bh(&slot->lock);
}

static void gm_walk_raw(const struct gm_table *table, unsigned int i, struct gm_bucket *bucket)
{
	struct raw_hashinfo *raw = table->data;
	struct sock *sk;

	if (hlist_empty(&raw->ht[i]))
		return;
	gm_raw_lock(raw);
	sk_for_each(sk, &raw->ht[i]) {
		if (!gm_bucket_add(bucket, sk))
			break;
	}
	gm_raw_unlock(raw);
}

#if GM_HAVE_UNIX_TABLE
static void gm_walk_unix_table(const struct gm_table *table, unsigned int i,
			       struct gm_bucket *bucket)
{
	struct hlist_head *head = gm_unix_bucket(table->net, i);
	struct sock *sk;

	if (!head || hlist_empty(head))
		return;
	spin_lock(gm_unix_lock(table->net, i));
	sk_for_each(sk, head) {
		if (!gm_bucket_add(bucket, sk))
			break;
	}
	spin_unlock(gm_unix_lock(table->net, i));
}
#else
#define GM_UNIX_BUCKETS		0
#define gm_walk_unix_table	NULL
#endif

static void gm_walk_packet_list(const struct gm_table *table, unsigned int i,
				struct gm_bucket *bucket)
{
	struct sock *sk;

	rcu_read_lock();
	sk_for_each_rcu(sk, &table->net->packet.sklist) {
		if (!gm_bucket_add(bucket, sk))
			break;
	}
	rcu_read_unlock();
}

/* Tables of the vsock module. symbol_get() keeps the module while they are walked. */
struct gm_vsock_tables {
	struct list_head (*bound)[VSOCK_HASH_SIZE + 1];
	struct list_head (*connected)[VSOCK_HASH_SIZE];
	spinlock_t *lock; /* protects both */
};

static void gm_walk_vsock(const struct gm_table *table, unsigned int i, struct gm_bucket *bucket)
{
	const struct gm_vsock_tables *tables = table->data;
	struct vsock_sock *vsk;

	spin_lock_bh(tables->lock);
	if (i <= VSOCK_HASH_SIZE) {
		list_for_each_entry(vsk, &(*tables->bound)[i], bound_table) {
			if (!gm_bucket_add(bucket, sk_vsock(vsk)))
				break;
		}
	} else {
		list_for_each_entry(vsk, &(*tables->connected)[i - VSOCK_HASH_SIZE - 1],
				    connected_table) {
			if (!gm_bucket_add(bucket, sk_vsock(vsk)))
				break;
		}
	}
	spin_unlock_bh(tables->lock);
}

static bool gm_tables_vsock(struct gm_sockets *c, struct gm_bucket *bucket)
{
	struct gm_vsock_tables tables = {
		.bound = symbol_get(vsock_bind_table),
		.connected = symbol_get(vsock_connected_table),
		.lock = symbol_get(vsock_table_lock),
	};
	struct gm_table table = {
		.buckets = 2 * VSOCK_HASH_SIZE + 1,
		.walk = gm_walk_vsock,
		.data = &tables,
	};
	bool go_on = true;

	if (tables.bound && tables.connected && tables.lock)
		go_on = gm_table_walk(c, bucket, &table);
	if (tables.bound)
		symbol_put(vsock_bind_table);
	if (tables.connected)
		symbol_put(vsock_connected_table);
	if (tables.lock)
		symbol_put(vsock_table_lock);
	return go_on;
}

static bool gm_tables_raw(struct gm_sockets *c, struct gm_bucket *bucket)
{
	struct gm_table table = { .buckets = RAW_HTABLE_SIZE, .walk = gm_walk_raw };
	bool go_on;

	table.data = &raw_v4_hashinfo;
	go_on = gm_table_walk(c, bucket, &table);
	table.data = symbol_get(raw_v6_hashinfo);
	if (!table.data)
		return go_on;
	go_on = go_on && gm_table_walk(c, bucket, &table);
	symbol_put(raw_v6_hashinfo);
	return go_on;
}

static bool gm_tables_tcp(struct gm_sockets *c, struct gm_bucket *bucket, struct net *net)
{
	struct inet_hashinfo *hashinfo = gm_tcp_hashinfo(net);
	struct gm_table established = { .walk = gm_walk_established, .data = hashinfo };
	struct gm_table listening = { .walk = gm_walk_listening, .data = hashinfo };

	if (!hashinfo || (!net_eq(net, &init_net) && hashinfo == gm_tcp_hashinfo(&init_net)))
		return true;
	established.buckets = hashinfo->ehash_mask + 1;
	listening.buckets = gm_listen_buckets(hashinfo);
	return gm_table_walk(c, bucket, &listening) && gm_table_walk(c, bucket, &established);
}

static bool gm_tables_udp(struct gm_sockets *c, struct gm_bucket *bucket, struct net *net,
			  struct udp_table *udp)
{
	struct gm_table table = { .walk = gm_walk_udp, .data = udp };

	if (!udp || (!net_eq(net, &init_net) && udp == gm_udp_table(&init_net)))
		return true;
	table.buckets = udp->mask + 1;
	return gm_table_walk(c, bucket, &table);
}

static bool gm_tables_of(struct gm_sockets *c, struct gm_bucket *bucket, struct net *net)
{
	struct gm_table unix_table = {
		.buckets = GM_UNIX_BUCKETS,
		.walk = gm_walk_unix_table,
		.net = net,
	};
	struct gm_table packet = { .buckets = 1, .walk = gm_walk_packet_list, .net = net };

	return gm_table_walk(c, bucket, &unix_table) && gm_table_walk(c, bucket, &packet) &&
	       gm_tables_tcp(c, bucket, net) && gm_tables_udp(c, bucket, net, gm_udp_table(net));
}

/*
 * Returns the next living namespace after @last, with a reference, and drops that to @last, which
 * kept @last in the list.
 */
static struct net *gm_next_net(struct net *last)
{
	struct net *net, *next = NULL;

	rcu_read_lock();
	net = last ?: list_entry(&net_namespace_list, struct net, list);
	list_for_each_entry_continue_rcu(net, &net_namespace_list, list) {
		next = maybe_get_net(net);
		if (next)
			break;
	}
	rcu_read_unlock();
	if (last)
		put_net(last);
	return next;
}

static bool gm_tables_all(struct gm_sockets *c, struct gm_bucket *bucket)
{
	struct net *net;
	bool go_on;

	go_on = gm_tables_raw(c, bucket) && gm_tables_vsock(c, bucket) &&
		gm_tables_udp(c, bucket, &init_net, gm_udplite_table());
	for (net = gm_next_net(NULL); net; net = gm_next_net(net)) {
		c->netns++;
		if (go_on)
			go_on = gm_tables_of(c, bucket, net);
	}
	return go_on;
}

bool gm_sockets_by_table(struct gm_sockets *c)
{
	struct gm_bucket *bucket = kvmalloc(sizeof(*bucket), GFP_KERNEL);
	bool go_on = true;

	if (bucket) {
		bucket->sockets = c;
		go_on = gm_tables_all(c, bucket);
	} else {
		c->missed[GM_MISSED_MEMORY]++;
	}
	kvfree(bucket);
	return go_on;
}
