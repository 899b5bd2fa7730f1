// SPDX-License-Identifier: GPL-2.0
/*
 * The walk through the queues of a socket, while others change them between two slices in the same
 * way as protocols do. The socket is a UDP socket of the kernel, filled by the test.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/net.h>
#include <linux/udp.h>

#include "compat/packet_ring.c"
#include "census/sock_walk.c"
#include "census/sock_walk_datagrams.c"
#include "census/sock_walk_packet.c"
#include "census/sock_walk_steps.c"
#include "census/sock_walk_tcp.c"
#include "census/sock_walk_unix.c"
#include "census/sock_walk_vsock.c"

#define SKBS	1000

struct walk_room {
	struct socket *sock;
	struct sock *sk;
	struct gm_walk walk;
	void (*between)(struct walk_room *room);
	u32 slices;
	u64 seen[GM_QUEUES];
	bool empty_held;
};

static struct sk_buff_head *first_of(struct walk_room *room)
{
	return &udp_sk(room->sk)->reader_queue;
}

static struct sk_buff_head *second_of(struct walk_room *room)
{
	return &room->sk->sk_receive_queue;
}

static void walk_take(void *priv)
{
	struct walk_room *room = priv;
	const struct gm_lot *lot = room->walk.parts.lot;
	unsigned int i;

	for (i = 0; i < GM_QUEUES; i++)
		room->seen[i] += lot[i].skbs;
	room->slices++;
	if (lot[GM_QUEUE_RECEIVE].skbs && room->between)
		room->between(room);
}

static int walk_test_init(struct kunit *test)
{
	struct walk_room *room = kunit_kzalloc(test, sizeof(*room), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, room);
	KUNIT_ASSERT_EQ(test, 0, gm_walk_init(&room->walk, walk_take, room));
	test->priv = room;
	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_INET, SOCK_DGRAM, IPPROTO_UDP,
						  &room->sock));
	room->sk = room->sock->sk;
	return 0;
}

/* The sk_buffs were never charged to the socket, so they must not be uncharged when it goes. */
static void walk_test_exit(struct kunit *test)
{
	struct walk_room *room = test->priv;

	if (!room)
		return;
	if (room->sock) {
		skb_queue_purge(first_of(room));
		skb_queue_purge(second_of(room));
		sock_release(room->sock);
	}
	gm_walk_destroy(&room->walk);
}

static void fill(struct sk_buff_head *list, unsigned int nr, unsigned int len)
{
	struct sk_buff *skb;

	while (nr--) {
		skb = alloc_skb(64, GFP_KERNEL);
		if (!skb)
			return;
		skb_put(skb, len);
		skb_queue_tail(list, skb);
	}
}

static bool all_released(struct sk_buff_head *list)
{
	const struct sk_buff *skb;

	skb_queue_walk(list, skb) {
		if (refcount_read(&skb->users) != 1)
			return false;
	}
	return true;
}

static void a_quiet_queue_is_seen_once(struct kunit *test)
{
	struct walk_room *room = test->priv;

	fill(second_of(room), SKBS, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, SKBS, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_GE(test, room->slices, SKBS / GM_SLICE_SKBS);
	KUNIT_EXPECT_EQ(test, 0, room->walk.flags);
	KUNIT_EXPECT_TRUE(test, all_released(second_of(room)));
}

static void both_queues_of_udp(struct kunit *test)
{
	struct walk_room *room = test->priv;

	fill(first_of(room), 300, 10);
	fill(second_of(room), 400, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, 700, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_EQ(test, 0, room->walk.flags);
}

/* Moves all datagrams, as a reader of UDP does when its own queue is empty. */
static void move_to_reader(struct walk_room *room)
{
	spin_lock_bh(&first_of(room)->lock);
	spin_lock(&second_of(room)->lock);
	skb_queue_splice_tail_init(second_of(room), first_of(room));
	spin_unlock(&second_of(room)->lock);
	spin_unlock_bh(&first_of(room)->lock);
}

static void moved_between_slices_is_seen_once(struct kunit *test)
{
	struct walk_room *room = test->priv;

	room->between = move_to_reader;
	fill(first_of(room), 100, 10);
	fill(second_of(room), SKBS, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, SKBS + 100, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(second_of(room)));
	KUNIT_EXPECT_TRUE(test, all_released(first_of(room)));
}

static void read_some(struct walk_room *room)
{
	unsigned int i;

	for (i = 0; i < GM_SLICE_SKBS + 50; i++)
		kfree_skb(skb_dequeue(second_of(room)));
}

static void a_reader_that_overtakes_is_noticed(struct kunit *test)
{
	struct walk_room *room = test->priv;

	room->between = read_some;
	fill(second_of(room), SKBS, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_TRUE(test, room->walk.flags & GHOSTMEM_SOCKET_F_CHANGED);
	KUNIT_EXPECT_LT(test, room->seen[GM_QUEUE_RECEIVE], SKBS);
	KUNIT_EXPECT_TRUE(test, all_released(second_of(room)));
}

static void read_one(struct walk_room *room)
{
	kfree_skb(skb_dequeue(second_of(room)));
}

static void a_slow_reader_is_noticed(struct kunit *test)
{
	struct walk_room *room = test->priv;

	room->between = read_one;
	fill(second_of(room), SKBS, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_TRUE(test, room->walk.flags & GHOSTMEM_SOCKET_F_CHANGED);
	KUNIT_EXPECT_FALSE(test, room->walk.flags & GHOSTMEM_SOCKET_F_PARTIAL);
	KUNIT_EXPECT_EQ(test, SKBS, room->seen[GM_QUEUE_RECEIVE]);
}

static void read_all(struct walk_room *room)
{
	skb_queue_purge(second_of(room));
}

static void an_emptied_queue_ends_the_walk(struct kunit *test)
{
	struct walk_room *room = test->priv;

	room->between = read_all;
	fill(second_of(room), SKBS, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, GM_SLICE_SKBS, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_TRUE(test, room->walk.flags & GHOSTMEM_SOCKET_F_CHANGED);
}

static void add_many(struct walk_room *room)
{
	fill(second_of(room), 2 * GM_SLICE_SKBS, 10);
}

static void a_flood_does_not_keep_the_walk(struct kunit *test)
{
	struct walk_room *room = test->priv;

	room->between = add_many;
	fill(second_of(room), SKBS, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, 2 * SKBS + GM_SLICE_WHOLE, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_TRUE(test, room->walk.flags & GHOSTMEM_SOCKET_F_PARTIAL);
	KUNIT_EXPECT_TRUE(test, room->walk.flags & GHOSTMEM_SOCKET_F_CHANGED);
}

static void look_at_empty_ones(struct walk_room *room)
{
	const struct sk_buff *skb;

	skb_queue_walk(second_of(room), skb) {
		if (!skb->len && refcount_read(&skb->users) != 1)
			room->empty_held = true;
	}
}

static void no_reference_to_an_empty_datagram(struct kunit *test)
{
	struct walk_room *room = test->priv;

	room->between = look_at_empty_ones;
	fill(second_of(room), GM_SLICE_SKBS - 1, 10);
	fill(second_of(room), 100, 0);
	fill(second_of(room), SKBS, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, SKBS + 100 + GM_SLICE_SKBS - 1, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_FALSE(test, room->empty_held);
	KUNIT_EXPECT_EQ(test, 0, room->walk.flags);
}

static void nothing_but_empty_datagrams_is_cut(struct kunit *test)
{
	struct walk_room *room = test->priv;

	fill(second_of(room), GM_SLICE_WHOLE + 100, 0);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, GM_SLICE_WHOLE, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_TRUE(test, room->walk.flags & GHOSTMEM_SOCKET_F_PARTIAL);
}

static void the_error_queue(struct kunit *test)
{
	struct walk_room *room = test->priv;

	fill(&room->sk->sk_error_queue, 7, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, 7, room->seen[GM_QUEUE_ERROR]);
	KUNIT_EXPECT_EQ(test, 0, room->seen[GM_QUEUE_RECEIVE]);
	skb_queue_purge(&room->sk->sk_error_queue);
}

/* Kernel sockets are never locked by the walk; this one poses as a process's for a while. */
static void the_lock_is_ours_and_comes_back(struct kunit *test)
{
	struct walk_room *room = test->priv;

	KUNIT_EXPECT_EQ(test, GM_LOCK_NOT_FOR_US, gm_trylock_sock(room->sk));
	room->sk->sk_kern_sock = 0;
	KUNIT_EXPECT_EQ(test, GM_LOCK_OURS, gm_trylock_sock(room->sk));
	KUNIT_EXPECT_TRUE(test, sock_owned_by_user_nocheck(room->sk));
	KUNIT_EXPECT_EQ(test, GM_LOCK_BUSY, gm_trylock_sock(room->sk));
	release_sock(room->sk);
	KUNIT_EXPECT_FALSE(test, sock_owned_by_user_nocheck(room->sk));
	room->sk->sk_kern_sock = 1;
}

static bool fill_write_queue(struct gm_walk *walk, struct sock *sk)
{
	return gm_fill_list(walk, &sk->sk_write_queue, GM_QUEUE_WRITE);
}

static void an_owner_sees_all_of_a_long_queue(struct kunit *test)
{
	struct walk_room *room = test->priv;
	unsigned int many = GM_WALK_PARTS;

	room->sk->sk_kern_sock = 0;
	fill(&room->sk->sk_write_queue, many, 10);
	gm_walk_as_owner(&room->walk, room->sk, fill_write_queue);
	room->sk->sk_kern_sock = 1;
	KUNIT_EXPECT_EQ(test, many, room->seen[GM_QUEUE_WRITE]);
	KUNIT_EXPECT_EQ(test, 1, room->slices);
	KUNIT_EXPECT_EQ(test, 0, room->walk.flags);
	KUNIT_EXPECT_FALSE(test, sock_owned_by_user_nocheck(room->sk));
	/* Without the lock only a slice of the queue is seen. */
	gm_walk_as_owner(&room->walk, room->sk, fill_write_queue);
	KUNIT_EXPECT_EQ(test, many + GM_SLICE_WHOLE, room->seen[GM_QUEUE_WRITE]);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_SOCKET_F_PARTIAL, room->walk.flags);
	__skb_queue_purge(&room->sk->sk_write_queue);
}

static void no_cursor_where_skbs_may_be_moved(struct kunit *test)
{
	struct walk_room *room = test->priv;

	WRITE_ONCE(room->sk->sk_user_data, room);
	fill(second_of(room), GM_SLICE_WHOLE + 100, 10);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, GM_SLICE_WHOLE, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_EQ(test, 1, room->slices);
	KUNIT_EXPECT_EQ(test, GHOSTMEM_SOCKET_F_PARTIAL, room->walk.flags);
	WRITE_ONCE(room->sk->sk_user_data, NULL);
}

static void begin_to_move(struct walk_room *room)
{
	WRITE_ONCE(room->sk->sk_user_data, room);
}

static void a_cursor_is_given_up_when_they_begin_to_be(struct kunit *test)
{
	struct walk_room *room = test->priv;

	room->between = begin_to_move;
	fill(second_of(room), SKBS, 10);
	gm_walk_sock(&room->walk, room->sk);
	WRITE_ONCE(room->sk->sk_user_data, NULL);
	KUNIT_EXPECT_EQ(test, GM_SLICE_SKBS, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_TRUE(test, room->walk.flags & GHOSTMEM_SOCKET_F_PARTIAL);
	KUNIT_EXPECT_TRUE(test, all_released(second_of(room)));
}

struct owner {
	struct sock *sk;
	struct completion owns;
	struct completion enough;
	struct completion gone;
};

static int own(void *arg)
{
	struct owner *owner = arg;

	lock_sock(owner->sk);
	complete(&owner->owns);
	wait_for_completion(&owner->enough);
	release_sock(owner->sk);
	complete(&owner->gone);
	return 0;
}

static void who_keeps_the_lock_is_not_waited_for(struct kunit *test)
{
	struct walk_room *room = test->priv;
	struct owner owner = { .sk = room->sk };
	struct task_struct *task;

	init_completion(&owner.owns);
	init_completion(&owner.enough);
	init_completion(&owner.gone);
	fill(second_of(room), 5, 10);
	fill(&room->sk->sk_write_queue, 3, 10);
	task = kthread_run(own, &owner, "gm_owner");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	wait_for_completion(&owner.owns);
	gm_walk_sock(&room->walk, room->sk);
	complete(&owner.enough);
	wait_for_completion(&owner.gone);
	KUNIT_EXPECT_TRUE(test, room->walk.flags & GHOSTMEM_SOCKET_F_BUSY);
	/* The receive queue is not protected by that lock. */
	KUNIT_EXPECT_EQ(test, 5, room->seen[GM_QUEUE_RECEIVE]);
	KUNIT_EXPECT_EQ(test, 0, room->seen[GM_QUEUE_WRITE]);
	gm_walk_sock(&room->walk, room->sk);
	KUNIT_EXPECT_EQ(test, 0, room->walk.flags);
	KUNIT_EXPECT_EQ(test, 3, room->seen[GM_QUEUE_WRITE]);
	__skb_queue_purge(&room->sk->sk_write_queue);
}

static struct kunit_case walk_cases[] = {
	KUNIT_CASE(a_quiet_queue_is_seen_once),
	KUNIT_CASE(both_queues_of_udp),
	KUNIT_CASE(moved_between_slices_is_seen_once),
	KUNIT_CASE(a_reader_that_overtakes_is_noticed),
	KUNIT_CASE(a_slow_reader_is_noticed),
	KUNIT_CASE(an_emptied_queue_ends_the_walk),
	KUNIT_CASE(a_flood_does_not_keep_the_walk),
	KUNIT_CASE(no_reference_to_an_empty_datagram),
	KUNIT_CASE(nothing_but_empty_datagrams_is_cut),
	KUNIT_CASE(the_error_queue),
	KUNIT_CASE(the_lock_is_ours_and_comes_back),
	KUNIT_CASE(an_owner_sees_all_of_a_long_queue),
	KUNIT_CASE(no_cursor_where_skbs_may_be_moved),
	KUNIT_CASE(a_cursor_is_given_up_when_they_begin_to_be),
	KUNIT_CASE(who_keeps_the_lock_is_not_waited_for),
	{}
};

static struct kunit_suite walk_suite = {
	.name = "ghostmem_sock_walk",
	.init = walk_test_init,
	.exit = walk_test_exit,
	.test_cases = walk_cases,
};

kunit_test_suite(walk_suite);
