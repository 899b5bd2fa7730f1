/* SPDX-License-Identifier: GPL-2.0 */
/*
 * References to sockets that were found under a lock that keeps them where they are.
 */
#ifndef GHOSTMEM_CENSUS_SOCK_GET_H
#define GHOSTMEM_CENSUS_SOCK_GET_H

#include <net/net_namespace.h>
#include <net/sock.h>

/**
 * struct gm_sock_ref - a reference to a socket
 * @sk:		the socket
 * @net:	its namespace, if the socket itself does not hold it (a kernel socket); else NULL
 */
struct gm_sock_ref {
	struct sock *sk;
	struct net *net;
};

/*
 * Takes a reference to the namespace of a socket that does not hold it; NULL if the namespace is
 * going away. In older kernels such a socket may outlive its namespace, so the pointer is searched
 * for in the list of namespaces before it is dereferenced.
 */
static inline struct net *gm_sock_net_get(const struct sock *sk)
{
	struct net *net, *held = NULL;

	rcu_read_lock();
	for_each_net_rcu(net) {
		if (net == sock_net(sk)) {
			held = maybe_get_net(net);
			break;
		}
	}
	rcu_read_unlock();
	return held;
}

/*
 * Takes a reference to @sk. Returns false if it is not a full socket, or if it or its namespace is
 * going away. Any context.
 */
static inline bool gm_sock_get(struct gm_sock_ref *ref, struct sock *sk)
{
	ref->net = NULL;
	/* Other families use sk_state differently. */
	if ((sk->sk_family == AF_INET || sk->sk_family == AF_INET6) && !sk_fullsock(sk))
		return false;
	if (!sk->sk_net_refcnt) {
		ref->net = gm_sock_net_get(sk);
		if (!ref->net)
			return false;
	}
	ref->sk = sk;
	if (refcount_inc_not_zero(&sk->sk_refcnt))
		return true;
	if (ref->net)
		put_net(ref->net);
	return false;
}

/* Drops the reference. Sleeps if it was the last one. */
static inline void gm_sock_put(struct gm_sock_ref *ref)
{
	sock_put(ref->sk);
	if (ref->net)
		put_net(ref->net);
}

#endif /* GHOSTMEM_CENSUS_SOCK_GET_H */
