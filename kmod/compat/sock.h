/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets and skbs: differences in their structures, and where the tables of sockets are.
 */
#ifndef GHOSTMEM_COMPAT_SOCK_H
#define GHOSTMEM_COMPAT_SOCK_H

#include <linux/net.h>
#include <linux/skbuff.h>
#include <linux/version.h>
#include <net/inet_hashtables.h>
#include <net/net_namespace.h>
#include <net/sock.h>
#include <net/udp.h>

/* sock_from_file() lost its error argument with dba4a9256bb4 (5.11). */
static inline struct socket *gm_sock_from_file(struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
	return sock_from_file(file);
#else
	int err;

	return sock_from_file(file, &err);
#endif
}

/*
 * Whether skb->tstamp is the time of arrival, not of departure. a1ac9c8acec1 (5.18) and
 * 4d25ca2d6801 (6.11) changed how that is marked.
 */
static inline bool gm_skb_arrived(const struct sk_buff *skb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
	return skb->tstamp_type == SKB_CLOCK_REALTIME;
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
	return !skb->mono_delivery_time;
#else
	return true;
#endif
}

/*
 * The drop counter is split by NUMA node since c51613fa276f, and read by sk_drops_read() since
 * f86f42ed2c47 (both 6.18).
 */
static inline u32 gm_sk_drops(const struct sock *sk)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return sk_drops_read(sk);
#else
	return atomic_read(&sk->sk_drops);
#endif
}

/*
 * The table of TCP sockets. Each namespace may have one of its own since d1e5e6408b30 (6.1);
 * before, all point to the same one. From fbb8295248e1 (5.18) to e9bd0cca09d1 (6.1),
 * tcp_death_row is a pointer.
 */
static inline struct inet_hashinfo *gm_tcp_hashinfo(struct net *net)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
	return net->ipv4.tcp_death_row->hashinfo;
#else
	return net->ipv4.tcp_death_row.hashinfo;
#endif
}

/* Listening sockets are in lhash2 only since cae3873c5b3a (5.19). */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 19, 0)
#define gm_listen_buckets(hashinfo)	((hashinfo)->lhash2_mask + 1)
#define gm_listen_bucket(hashinfo, i)	(&(hashinfo)->lhash2[i])
#else
#define gm_listen_buckets(hashinfo)	INET_LHTABLE_SIZE
#define gm_listen_bucket(hashinfo, i)	(&(hashinfo)->listening_hash[i])
#endif

/*
 * The table of UDP sockets. Each namespace may have one of its own since 9804985bf27f, which struct
 * net points to since ba6aac151677 (both 6.2).
 */
static inline struct udp_table *gm_udp_table(struct net *net)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	return net->ipv4.udp_table;
#else
	return &udp_table;
#endif
}

/* The table of UDP-Lite sockets; UDP-Lite was removed by 56520b398e5e (7.1). */
static inline struct udp_table *gm_udplite_table(void)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
	return NULL;
#else
	extern struct udp_table udplite_table;

	return &udplite_table;
#endif
}

#endif /* GHOSTMEM_COMPAT_SOCK_H */
