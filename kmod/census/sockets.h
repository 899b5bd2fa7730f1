/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A census of sockets: each of the host's sockets once, who has it, and what its queues hold.
 *
 * A socket is found by a descriptor, in a table of its protocol, or in another socket's queue,
 * and looked at there and then, with a reference; nothing of it is kept but numbers. Its cookie
 * tells whether it has been met before. Sockets that come and go meanwhile may be in it or not.
 *
 * Memory is bounded; what no longer fits is counted as missed.
 */
#ifndef GHOSTMEM_CENSUS_SOCKETS_H
#define GHOSTMEM_CENSUS_SOCKETS_H

#include <linux/ghostmem.h>
#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/sock_diag.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "census/arena.h"
#include "census/claims.h"
#include "census/sock_walk.h"
#include "census/held.h"

/* By these names the protocol knows them. */
enum gm_missed {
	GM_MISSED_MEMORY,	/* sockets: the census had no room for them */
	GM_MISSED_CLAIMS,	/* parts: nor for what they hold */
	GM_MISSED_MET,		/* sockets in the queue of another, too many at once */
	GM_MISSED_TABLES,	/* processes with too many tables of files */
	GM_MISSED_RINGS,	/* packet sockets whose rings look strange */
	GM_MISSED_BUSY,		/* sockets whose owner kept them */
	GM_MISSED_PARTIAL,	/* sockets with a queue too long to be seen to its end */

	GM_MISSED,
};

struct gm_missed_name {
	const char *name;
	const char *meaning;
};

extern const struct gm_missed_name gm_missed_names[GM_MISSED];

/**
 * struct gm_owner - a descriptor
 * @next:	of the same socket
 * @pid:	of the thread group, in the namespace of whoever takes the census
 * @fd:		the descriptor
 * @comm:	name of the thread group's leader
 */
struct gm_owner {
	struct gm_owner *next;
	u32 pid;
	u32 fd;
	char comm[TASK_COMM_LEN];
};

/**
 * struct gm_queue - a queue that is not empty
 * @next:	of the same socket
 * @kind:	which
 * @held:	what it holds
 */
struct gm_queue {
	struct gm_queue *next;
	enum gm_queue_kind kind;
	struct gm_held held;
};

/**
 * struct gm_name - a struct sockaddr of any length
 * @len:	bytes
 * @data:	it
 */
struct gm_name {
	u16 len;
	u8 data[];
};

/**
 * struct gm_socket - a socket
 * @node:	by cookie
 * @list:	of all
 * @cookie:	as sock_diag has it
 * @inode:	0 where it has no file
 * @holder:	inode of the socket in whose queue it lies
 * @index:	from 1 on, by which it claims
 * @netns:	inode number of its namespace
 * @flags:	GHOSTMEM_SOCKET_F_*
 * @uid:	in the initial user namespace
 * @ifindex:	bound to, or 0
 * @family:	and so on, as in socket(2)
 * @state:	the family's own
 * @local:	address or NULL, and so @remote
 * @owners:	how many descriptors
 * @owner:	some of them, the last one first
 * @queue:	in the order of their walk, reversed
 * @held:	of all of them
 * @orders:	blocks by order
 * @meminfo:	SK_MEMINFO_*
 * @frags_max:	most page fragments of an skb
 * @oldest_ms:	age of the first skb received; @read_ms and @arrived_ms likewise; or GM_MS_UNKNOWN
 */
struct gm_socket {
	struct rhash_head node;
	struct list_head list;
	u64 cookie;
	u64 inode;
	u64 holder;
	u32 index;
	u32 netns;
	u32 flags;
	u32 uid;
	u32 ifindex;
	u16 family;
	u16 type;
	u16 protocol;
	u16 state;
	struct gm_name *local;
	struct gm_name *remote;
	u32 owners;
	struct gm_owner *owner;
	struct gm_queue *queue;
	struct gm_held held;
	u32 orders[GHOSTMEM_ORDERS];
	u32 meminfo[SK_MEMINFO_VARS];
	u32 frags_max;
	u64 oldest_ms;
	u64 read_ms;
	u64 arrived_ms;
};

#define GM_MS_UNKNOWN		U64_MAX

/**
 * struct gm_page_ages - what is known of pages elsewhere
 * @age_s:	seconds since the page was allocated; negative: not known. May sleep
 * @priv:	for it
 */
struct gm_page_ages {
	s64 (*age_s)(void *priv, unsigned long pfn);
	void *priv;
};

/**
 * struct gm_sockets - a census
 * @except:	a socket that is left out: of whoever asks
 * @ages:	of pages
 * @arena:	all that is kept
 * @claims:	while it is taken
 * @by_cookie:	likewise
 * @walk:	likewise
 * @at:		the socket at hand
 * @pending:	sockets that were met and are to be looked at
 * @sockets:	those found
 * @by_index:	the same
 * @nr:		how many
 * @netns:	namespaces
 * @held:	of all; what is shared is counted once
 * @orders:	likewise
 * @missed:	by reason
 * @duration_ns: that it took
 */
struct gm_sockets {
	const struct sock *except;
	struct gm_page_ages ages;
	struct gm_arena arena;
	struct gm_claims claims;
	struct rhashtable by_cookie;
	struct gm_walk walk;
	struct gm_socket *at;
	struct list_head pending;
	struct list_head sockets;
	struct xarray by_index;
	u32 nr;
	u32 netns;
	struct gm_held held;
	u64 orders[GHOSTMEM_ORDERS];
	u64 missed[GM_MISSED];
	u64 duration_ns;
};

/*
 * Takes a census in process context. Sleeps; seconds, where there are hundreds of thousands of
 * sockets. 0, -ENOMEM, -EINTR where the caller is being killed; then there is nothing to
 * destroy. One at a time: others wait. @except is the caller's.
 */
int gm_sockets_take(struct gm_sockets *sockets, const struct gm_page_ages *ages,
		    const struct sock *except);
void gm_sockets_destroy(struct gm_sockets *sockets);

/* All of them in an array for kvfree(), the one that pins most first; NULL without memory. */
struct gm_socket **gm_sockets_sorted(const struct gm_sockets *sockets);

/* What a way of finding sockets says of one. */
struct gm_finding {
	const struct gm_owner *owner;	/* or NULL */
	u64 holder;			/* with GHOSTMEM_SOCKET_F_UNACCEPTED, _IN_FLIGHT */
	u32 flags;
};

/* For those ways: looks at @sk, to which the caller has a reference. False: stop, and give up. */
bool gm_sockets_found(struct gm_sockets *sockets, struct sock *sk,
		      const struct gm_finding *finding);

/* It has been looked at; for whoever has @sk under a lock. Any context. */
bool gm_sockets_know(struct gm_sockets *sockets, const struct sock *sk);

#endif /* GHOSTMEM_CENSUS_SOCKETS_H */
