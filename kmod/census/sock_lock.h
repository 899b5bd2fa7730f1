/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A trylock for the socket lock. It is never waited for, because its owner may sleep for any time,
 * for example on a page fault in the middle of recvmsg().
 */
#ifndef GHOSTMEM_CENSUS_SOCK_LOCK_H
#define GHOSTMEM_CENSUS_SOCK_LOCK_H

#include <net/sock.h>

enum gm_lock {
	GM_LOCK_OURS,		/* until release_sock() */
	GM_LOCK_BUSY,		/* there is another owner */
	GM_LOCK_NOT_FOR_US,	/* the kernel relies on there being no owner */
};

/*
 * Does what lock_sock() does, unless it would have to wait for another owner. Packets that arrive
 * meanwhile go to the backlog, as usual. The caller must not allocate or wait before
 * release_sock(): memory reclaim may be waiting for this socket.
 *
 * We may own only sockets of processes: inet_csk_listen_stop() destroys sockets that were not
 * accepted without checking for an owner, and kernel sockets may carry what reclaim writes.
 */
static inline enum gm_lock gm_trylock_sock(struct sock *sk)
{
	enum gm_lock lock = GM_LOCK_OURS;

	spin_lock_bh(&sk->sk_lock.slock);
	if (!sk->sk_socket || sk->sk_kern_sock)
		lock = GM_LOCK_NOT_FOR_US;
	else if (sock_owned_by_user_nocheck(sk))
		lock = GM_LOCK_BUSY;
	else
		sk->sk_lock.owned = 1;
	spin_unlock_bh(&sk->sk_lock.slock);
	if (lock == GM_LOCK_OURS)
		mutex_acquire(&sk->sk_lock.dep_map, 0, 1, _RET_IP_);
	return lock;
}

#endif /* GHOSTMEM_CENSUS_SOCK_LOCK_H */
