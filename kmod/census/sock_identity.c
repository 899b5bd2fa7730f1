// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses and times are read without the socket's lock: a connection that is just being set up
 * may be seen with incomplete addresses.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <net/af_unix.h>
#include <net/af_vsock.h>
#include <net/inet_connection_sock.h>
#include <net/inet_sock.h>
#include <net/tcp.h>

#include "census/sock_identity.h"
#include "compat/sock.h"
#include "compat/unix.h"

static struct gm_name *gm_name_of(struct gm_arena *arena, const void *data, size_t len)
{
	struct gm_name *name = gm_arena_alloc(arena, sizeof(*name) + len);

	if (name) {
		name->len = len;
		memcpy(name->data, data, len);
	}
	return name;
}

static void gm_name_inet(struct gm_socket *s, const struct sock *sk, struct gm_arena *arena)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct sockaddr_in name = { .sin_family = AF_INET };

	name.sin_port = inet->inet_sport;
	name.sin_addr.s_addr = inet->inet_saddr ?: inet->inet_rcv_saddr;
	s->local = gm_name_of(arena, &name, sizeof(name));
	if (!inet->inet_dport && !inet->inet_daddr)
		return;
	name.sin_port = inet->inet_dport;
	name.sin_addr.s_addr = inet->inet_daddr;
	s->remote = gm_name_of(arena, &name, sizeof(name));
}

#if IS_ENABLED(CONFIG_IPV6)
static void gm_name_inet6(struct gm_socket *s, const struct sock *sk, struct gm_arena *arena)
{
	const struct inet_sock *inet = inet_sk(sk);
	struct sockaddr_in6 name = { .sin6_family = AF_INET6 };

	name.sin6_port = inet->inet_sport;
	name.sin6_addr = sk->sk_v6_rcv_saddr;
	if (ipv6_addr_type(&name.sin6_addr) & IPV6_ADDR_LINKLOCAL)
		name.sin6_scope_id = READ_ONCE(sk->sk_bound_dev_if);
	s->local = gm_name_of(arena, &name, sizeof(name));
	if (!inet->inet_dport && ipv6_addr_any(&sk->sk_v6_daddr))
		return;
	name.sin6_port = inet->inet_dport;
	name.sin6_addr = sk->sk_v6_daddr;
	s->remote = gm_name_of(arena, &name, sizeof(name));
}
#else
static void gm_name_inet6(struct gm_socket *s, const struct sock *sk, struct gm_arena *arena)
{
}
#endif

static struct gm_name *gm_unix_address(struct sock *sk, struct gm_arena *arena)
{
	/* Pairs with the release in unix_bind() and the like. Set once, and kept while sk lives. */
	const struct unix_address *address = smp_load_acquire(&unix_sk(sk)->addr);

	return address ? gm_name_of(arena, address->name, address->len) : NULL;
}

static void gm_name_unix(struct gm_socket *s, struct sock *sk, struct gm_arena *arena)
{
	struct sock *peer = unix_peer_get(sk);

	s->local = gm_unix_address(sk, arena);
	if (!peer)
		return;
	s->remote = gm_unix_address(peer, arena);
	sock_put(peer);
}

static void gm_name_vsock(struct gm_socket *s, struct sock *sk, struct gm_arena *arena)
{
	s->local = gm_name_of(arena, &vsock_sk(sk)->local_addr, sizeof(struct sockaddr_vm));
	if (sk->sk_state == TCP_ESTABLISHED)
		s->remote = gm_name_of(arena, &vsock_sk(sk)->remote_addr,
				       sizeof(struct sockaddr_vm));
}

/*
 * Asks getname(), for families whose getname() does not sleep. Releasing the socket takes
 * sk_callback_lock for writing first, so sk_socket stays while it is held.
 */
static void gm_name_asked(struct gm_socket *s, struct sock *sk, struct gm_arena *arena)
{
	struct sockaddr_storage name = {};
	int len = 0;

	read_lock_bh(&sk->sk_callback_lock);
	if (sk->sk_socket && sk->sk_socket->ops)
		len = sk->sk_socket->ops->getname(sk->sk_socket, (void *)&name, 0);
	read_unlock_bh(&sk->sk_callback_lock);
	if (len > 0)
		s->local = gm_name_of(arena, &name, len);
}

static void gm_socket_name(struct gm_socket *s, struct sock *sk, struct gm_arena *arena)
{
	switch (sk->sk_family) {
	case AF_INET:
		gm_name_inet(s, sk, arena);
		break;
	case AF_INET6:
		gm_name_inet6(s, sk, arena);
		break;
	case AF_UNIX:
		gm_name_unix(s, sk, arena);
		break;
	case AF_VSOCK:
		gm_name_vsock(s, sk, arena);
		break;
	case AF_NETLINK:
	case AF_PACKET:
		gm_name_asked(s, sk, arena);
		break;
	}
}

/* Does the same as sk_get_meminfo(), which is not exported. */
static void gm_socket_meminfo(struct gm_socket *s, const struct sock *sk)
{
	s->meminfo[SK_MEMINFO_RMEM_ALLOC] = sk_rmem_alloc_get(sk);
	s->meminfo[SK_MEMINFO_RCVBUF] = READ_ONCE(sk->sk_rcvbuf);
	s->meminfo[SK_MEMINFO_WMEM_ALLOC] = sk_wmem_alloc_get(sk);
	s->meminfo[SK_MEMINFO_SNDBUF] = READ_ONCE(sk->sk_sndbuf);
	s->meminfo[SK_MEMINFO_FWD_ALLOC] = READ_ONCE(sk->sk_forward_alloc);
	s->meminfo[SK_MEMINFO_WMEM_QUEUED] = READ_ONCE(sk->sk_wmem_queued);
	s->meminfo[SK_MEMINFO_OPTMEM] = atomic_read(&sk->sk_omem_alloc);
	s->meminfo[SK_MEMINFO_BACKLOG] = READ_ONCE(sk->sk_backlog.len);
	s->meminfo[SK_MEMINFO_DROPS] = gm_sk_drops(sk);
}

/*
 * Returns how long ago the socket was read. The autotuning of the receive buffer notes when it last
 * measured what was copied to the reader, once per round-trip time. Without a measured round-trip
 * time it never does, and the noted time is that of the connection's setup.
 */
static u64 gm_tcp_read_ms(const struct tcp_sock *tp)
{
	u64 now = div_u64(ktime_get_ns(), NSEC_PER_USEC);
	u64 then = READ_ONCE(tp->rcvq_space.time);
	u32 unread = READ_ONCE(tp->rcv_nxt) - READ_ONCE(tp->copied_seq);
	bool never = READ_ONCE(tp->bytes_received) <= unread;

	if (!then || then > now || (!READ_ONCE(tp->rcv_rtt_est.rtt_us) && !never))
		return GM_MS_UNKNOWN;
	return div_u64(now - then, USEC_PER_MSEC);
}

static void gm_tcp_times(struct gm_socket *s, const struct sock *sk)
{
	u32 arrived = READ_ONCE(inet_csk(sk)->icsk_ack.lrcvtime);

	s->read_ms = gm_tcp_read_ms(tcp_sk(sk));
	if (arrived)
		s->arrived_ms = div_u64((u64)((u32)jiffies - arrived) * MSEC_PER_SEC, HZ);
}

void gm_socket_identify(struct gm_socket *s, struct sock *sk, struct gm_arena *arena)
{
	s->inode = sock_i_ino(sk);
	s->netns = sock_net(sk)->ns.inum;
	s->uid = from_kuid_munged(&init_user_ns, READ_ONCE(sk->sk_uid));
	s->ifindex = READ_ONCE(sk->sk_bound_dev_if);
	s->family = sk->sk_family;
	s->type = sk->sk_type;
	s->protocol = sk->sk_protocol;
	s->state = READ_ONCE(sk->sk_state);
	s->oldest_ms = GM_MS_UNKNOWN;
	s->read_ms = GM_MS_UNKNOWN;
	s->arrived_ms = GM_MS_UNKNOWN;
	if (sock_flag(sk, SOCK_DEAD))
		s->flags |= GHOSTMEM_SOCKET_F_ORPHAN;
	if (!sk->sk_net_refcnt)
		s->flags |= GHOSTMEM_SOCKET_F_KERNEL;
	gm_socket_meminfo(s, sk);
	gm_socket_name(s, sk, arena);
	if ((s->family == AF_INET || s->family == AF_INET6) && s->protocol == IPPROTO_TCP &&
	    s->type == SOCK_STREAM && s->state != TCP_LISTEN && s->state != TCP_CLOSE)
		gm_tcp_times(s, sk);
}
