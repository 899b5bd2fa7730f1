// SPDX-License-Identifier: GPL-2.0
/*
 * The census of sockets. See sockets.h.
 *
 * Only one is taken at a time: each needs memory, and disturbs the sockets of all CPUs.
 */
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sock_diag.h>
#include <linux/sort.h>

#include "census/sock_descriptors.h"
#include "census/sock_identity.h"
#include "census/sock_tables.h"
#include "census/sock_tally.h"
#include "census/sockets.h"

static DEFINE_MUTEX(gm_census_lock);

const struct gm_missed_name gm_missed_names[GM_MISSED] = {
	[GM_MISSED_MEMORY] = { "sockets_memory",
		"sockets left out: the census had used up its memory" },
	[GM_MISSED_CLAIMS] = { "parts_memory",
		"parts of skbs perhaps counted twice: the census had used up its memory" },
	[GM_MISSED_MET] = { "queued_sockets",
		"sockets in the queue of another whose holder is not told: too many" },
	[GM_MISSED_TABLES] = { "file_tables",
		"processes some of whose tables of descriptors were left out: too many" },
	[GM_MISSED_RINGS] = { "packet_rings",
		"packet sockets without their rings: this kernel lays them out in another way" },
	[GM_MISSED_BUSY] = { "busy",
		"sockets of which only the backlog was seen: their owner kept them locked" },
	[GM_MISSED_PARTIAL] = { "partial",
		"sockets with a queue that was not seen to its end" },
};

static const struct rhashtable_params gm_cookie_params = {
	.key_len = sizeof_field(struct gm_socket, cookie),
	.key_offset = offsetof(struct gm_socket, cookie),
	.head_offset = offsetof(struct gm_socket, node),
	.automatic_shrinking = false,
};

/* About what rhashtable, xarray and the array for sorting need for each socket. */
#define GM_SOCKET_INDEX_BYTES	40

/* A socket that was found in the queue of another one, with a reference to it. */
struct gm_pending {
	struct list_head list;
	struct sock *sk;
	struct gm_finding finding;
};

static u64 gm_cookie(struct sock *sk)
{
	u32 word[2];

	sock_diag_save_cookie(sk, word);
	return (u64)word[1] << 32 | word[0];
}

static void gm_relate(struct gm_socket *s, const struct gm_finding *finding)
{
	s->flags |= finding->flags;
	if (finding->flags)
		s->holder = finding->holder;
}

/* Adds @sk to the pending sockets, unless it is known already: each is looked at only once. */
static void gm_pend(struct gm_sockets *c, struct sock *sk)
{
	const struct gm_finding finding = {
		.holder = c->at->inode,
		.flags = c->at->state == TCP_LISTEN ? GHOSTMEM_SOCKET_F_UNACCEPTED :
						      GHOSTMEM_SOCKET_F_IN_FLIGHT,
	};
	u64 cookie = gm_cookie(sk);
	struct gm_pending *pending;
	struct gm_socket *s;

	s = rhashtable_lookup_fast(&c->by_cookie, &cookie, gm_cookie_params);
	if (s) {
		gm_relate(s, &finding);
		return;
	}
	pending = gm_arena_alloc(&c->arena, sizeof(*pending));
	if (!pending) {
		c->missed[GM_MISSED_MET]++;
		return;
	}
	sock_hold(sk);
	pending->sk = sk;
	pending->finding = finding;
	list_add_tail(&pending->list, &c->pending);
}

static void gm_sockets_slice(void *priv)
{
	struct gm_sockets *c = priv;
	u32 i;

	for (i = 0; i < c->walk.met_nr; i++)
		gm_pend(c, c->walk.met[i]);
	gm_sockets_tally(c, &c->walk.parts);
}

static void gm_socket_age(struct gm_sockets *c, struct gm_socket *s)
{
	s64 age_ms = -1, age_s;

	if (c->walk.oldest)
		age_ms = ktime_to_ms(ktime_sub(ktime_get_real(), c->walk.oldest));
	if (age_ms < 0 && c->walk.oldest_pfn) {
		age_s = c->ages.age_s(c->ages.priv, c->walk.oldest_pfn);
		if (age_s >= 0) {
			age_ms = age_s * MSEC_PER_SEC;
			s->flags |= GHOSTMEM_SOCKET_F_OLDEST_PAGE;
		}
	}
	s->oldest_ms = age_ms < 0 ? GM_MS_UNKNOWN : age_ms;
}

static void gm_socket_measure(struct gm_sockets *c, struct gm_socket *s, struct sock *sk)
{
	c->at = s;
	gm_walk_sock(&c->walk, sk);
	c->at = NULL;
	s->flags |= c->walk.flags;
	if (s->flags & GHOSTMEM_SOCKET_F_BUSY)
		c->missed[GM_MISSED_BUSY]++;
	if (s->flags & GHOSTMEM_SOCKET_F_PARTIAL)
		c->missed[GM_MISSED_PARTIAL]++;
	gm_socket_age(c, s);
}

/* Returns NULL if there is no room for it. */
static struct gm_socket *gm_socket_new(struct gm_sockets *c, struct sock *sk, u64 cookie)
{
	struct gm_socket *s;

	if (c->nr == GM_CLAIM_OWNER_MAX)
		return NULL;
	s = gm_arena_alloc(&c->arena, sizeof(*s));
	if (!s || !gm_arena_charge(&c->arena, GM_SOCKET_INDEX_BYTES))
		return NULL;
	s->cookie = cookie;
	s->index = c->nr + 1;
	if (xa_err(xa_store(&c->by_index, s->index, s, GFP_KERNEL)))
		return NULL;
	if (rhashtable_insert_fast(&c->by_cookie, &s->node, gm_cookie_params)) {
		xa_erase(&c->by_index, s->index);
		return NULL;
	}
	c->nr++;
	list_add_tail(&s->list, &c->sockets);
	gm_socket_identify(s, sk, &c->arena);
	return s;
}

static void gm_socket_add_owner(struct gm_sockets *c, struct gm_socket *s,
				const struct gm_finding *finding)
{
	struct gm_owner *owner;

	/* A task may be visited twice if the list of tasks changes; report it once. */
	for (owner = s->owner; owner; owner = owner->next) {
		if (owner->pid == finding->owner->pid && owner->fd == finding->owner->fd)
			return;
	}
	if (s->owners++ >= GHOSTMEM_OWNERS_MAX)
		return;
	owner = gm_arena_alloc(&c->arena, sizeof(*owner));
	if (!owner)
		return;
	*owner = *finding->owner;
	owner->next = s->owner;
	s->owner = owner;
}

static void gm_sockets_one(struct gm_sockets *c, struct sock *sk, const struct gm_finding *finding)
{
	struct gm_socket *s;
	u64 cookie;

	if (sk == c->except)
		return;
	cookie = gm_cookie(sk);
	s = rhashtable_lookup_fast(&c->by_cookie, &cookie, gm_cookie_params);
	if (!s) {
		s = gm_socket_new(c, sk, cookie);
		if (!s) {
			c->missed[GM_MISSED_MEMORY]++;
			return;
		}
		gm_socket_measure(c, s, sk);
	}
	gm_relate(s, finding);
	if (finding->owner)
		gm_socket_add_owner(c, s, finding);
}

bool gm_sockets_found(struct gm_sockets *c, struct sock *sk, const struct gm_finding *finding)
{
	struct gm_pending *pending;

	gm_sockets_one(c, sk, finding);
	while ((pending = list_first_entry_or_null(&c->pending, struct gm_pending, list))) {
		list_del(&pending->list);
		if (!fatal_signal_pending(current))
			gm_sockets_one(c, pending->sk, &pending->finding);
		sock_put(pending->sk);
		cond_resched();
	}
	cond_resched();
	return !fatal_signal_pending(current);
}

bool gm_sockets_know(struct gm_sockets *c, const struct sock *sk)
{
	u64 cookie = atomic64_read(&sk->sk_cookie);

	return cookie && rhashtable_lookup_fast(&c->by_cookie, &cookie, gm_cookie_params);
}

static int gm_sockets_init(struct gm_sockets *c, const struct gm_page_ages *ages,
			   const struct sock *except)
{
	int err;

	memset(c, 0, sizeof(*c));
	c->ages = *ages;
	c->except = except;
	INIT_LIST_HEAD(&c->pending);
	INIT_LIST_HEAD(&c->sockets);
	xa_init(&c->by_index);
	/* 1/32 of memory is meant for hosts with a million sockets; 1/1000 is usual. */
	gm_arena_init(&c->arena, (size_t)(totalram_pages() / 32) << PAGE_SHIFT);
	err = rhashtable_init(&c->by_cookie, &gm_cookie_params);
	if (err)
		return err;
	err = gm_walk_init(&c->walk, gm_sockets_slice, c);
	if (err)
		rhashtable_destroy(&c->by_cookie);
	return err;
}

/* Empties the index; xa_destroy() would do that with interrupts off. */
static void gm_index_destroy(struct gm_sockets *c)
{
	unsigned long index;
	void *entry;

	xa_for_each(&c->by_index, index, entry) {
		xa_erase(&c->by_index, index);
		cond_resched();
	}
}

int gm_sockets_take(struct gm_sockets *c, const struct gm_page_ages *ages,
		    const struct sock *except)
{
	u64 begin = ktime_get_ns();
	bool done;
	int err;

	err = mutex_lock_killable(&gm_census_lock);
	if (err)
		return err;
	err = gm_sockets_init(c, ages, except);
	if (err)
		goto unlock;
	gm_claims_init(&c->claims, &c->arena);
	/* Descriptors first, so that no socket that has one is taken for one without. */
	done = gm_sockets_by_descriptor(c) && gm_sockets_by_table(c);
	gm_claims_destroy(&c->claims);
	c->missed[GM_MISSED_MET] += c->walk.unseen;
	c->missed[GM_MISSED_RINGS] = c->walk.no_ring;
	gm_walk_destroy(&c->walk);
	rhashtable_destroy(&c->by_cookie);
	gm_index_destroy(c);
	c->duration_ns = ktime_get_ns() - begin;
	if (!done) {
		gm_arena_destroy(&c->arena);
		err = -EINTR;
	}
unlock:
	mutex_unlock(&gm_census_lock);
	return err;
}

void gm_sockets_destroy(struct gm_sockets *c)
{
	gm_arena_destroy(&c->arena);
}

/* Sorts by pinned pages, then truesize, both descending, then by cookie: order of creation. */
static int gm_socket_compare(const void *a, const void *b)
{
	const struct gm_socket *x = *(const struct gm_socket **)a;
	const struct gm_socket *y = *(const struct gm_socket **)b;

	/* There may be a million sockets. */
	cond_resched();
	if (x->held.pinned_pages != y->held.pinned_pages)
		return x->held.pinned_pages < y->held.pinned_pages ? 1 : -1;
	if (x->held.truesize != y->held.truesize)
		return x->held.truesize < y->held.truesize ? 1 : -1;
	return x->cookie < y->cookie ? -1 : x->cookie > y->cookie;
}

struct gm_socket **gm_sockets_sorted(const struct gm_sockets *c)
{
	struct gm_socket **all = kvmalloc_array(c->nr + 1, sizeof(*all), GFP_KERNEL);
	struct gm_socket *s;
	u32 i = 0;

	if (!all)
		return NULL;
	list_for_each_entry(s, &c->sockets, list)
		all[i++] = s;
	sort(all, i, sizeof(*all), gm_socket_compare, NULL);
	return all;
}
