// SPDX-License-Identifier: GPL-2.0
#include <linux/mutex.h>
#include <net/af_unix.h>

#include "census/sock_walk_steps.h"
#include "census/sock_walk_unix.h"
#include "compat/sock.h"
#include "compat/unix.h"

/*
 * Takes references to the sockets among the files of an skb, which holds its files as long as it is
 * in the queue. Returns the number of files.
 */
static unsigned int gm_meet_files(struct gm_walk *walk, const struct scm_fp_list *files)
{
	struct socket *sock;
	int i;

	if (!files)
		return 0;
	for (i = 0; i < files->count; i++) {
		sock = gm_sock_from_file(files->fp[i]);
		if (sock)
			gm_walk_meet(walk, READ_ONCE(sock->sk));
	}
	return files->count;
}

static void gm_meet_queued(struct gm_walk *walk, struct sock *sk)
{
	const struct sk_buff *skb;
	unsigned int seen = 0;

	skb_queue_walk(&sk->sk_receive_queue, skb) {
		if (seen++ >= GM_SLICE_WHOLE) {
			walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
			break;
		}
		/* Each skb is a connection request, whose socket accept() will return. */
		if (sk->sk_state == TCP_LISTEN)
			gm_walk_meet(walk, skb->sk);
		else if (GM_HAVE_UNIX_FILES)
			seen += gm_meet_files(walk, gm_unix_files(skb));
	}
}

/*
 * Streams need iolock: under it alone, readers take the descriptors out of an skb that stays in the
 * queue, and writers of older kernels append to the last skb.
 */
void gm_walk_unix(struct gm_walk *walk, struct sock *sk)
{
	struct mutex *io = sk->sk_type == SOCK_DGRAM ? NULL : &unix_sk(sk)->iolock;

	if (skb_queue_empty_lockless(&sk->sk_receive_queue))
		return;
	if (io && !mutex_trylock(io)) {
		schedule_timeout_killable(1);
		if (!mutex_trylock(io)) {
			walk->flags |= GHOSTMEM_SOCKET_F_BUSY;
			return;
		}
	}
	walk->left = GM_SLICE_WHOLE;
	spin_lock(&sk->sk_receive_queue.lock);
	if (!gm_fill_list(walk, &sk->sk_receive_queue, GM_QUEUE_RECEIVE))
		walk->flags |= GHOSTMEM_SOCKET_F_PARTIAL;
	gm_meet_queued(walk, sk);
	spin_unlock(&sk->sk_receive_queue.lock);
	if (io)
		mutex_unlock(io);
	gm_walk_give(walk);
}
