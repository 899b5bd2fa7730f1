/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket lock, tried: its owner may be a process that sleeps for as long as it likes, over
 * a page fault in the middle of recvmsg().
 */
#ifndef GHOSTMEM_CENSUS_SOCK_LOCK_H
#define GHOSTMEM_CENSUS_SOCK_LOCK_H

#include <net/sock.h>

enum gm_lock {
	GM_LOCK_OURS,		/* until release_sock() */
	GM_LOCK_BUSY,		/* another has it */
	GM_LOCK_NOT_FOR_US,	/* the kernel goes by nobody's having it */
};

/*
 * What lock_sock() does, unless it would have to wait for another owner. What arrives meanwhile
 * goes to the backlog, as ever. Nothing that allocates, or waits, is done before release_sock():
 * memory reclaim may be waiting for the very socket.
 *
 * Only sockets that a process has are for us: inet_csk_listen_stop() destroys those that were not
 * accepted without asking for an owner, and the kernel's own may carry what reclaim writes.
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
