/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A census of sockets: lists each socket of the host once, with its owners and what its queues
 * hold.
 *
 * A socket is found by a descriptor, in a table of its protocol, or in the queue of another socket.
 * It is looked at immediately, with a reference; only numbers are kept of it. Its cookie tells
 * whether it has been found before. Sockets that are created or closed meanwhile may be included or
 * not.
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

/* Reasons why something is missing; their names in the protocol are in gm_missed_names. */
enum gm_missed {
	GM_MISSED_MEMORY,	/* sockets for which the census had no memory */
	GM_MISSED_CLAIMS,	/* parts of skbs for whose claim it had no memory */
	GM_MISSED_MET,		/* sockets in queues of others: too many, or no room for them */
	GM_MISSED_TABLES,	/* processes with too many file tables */
	GM_MISSED_RINGS,	/* packet sockets whose rings have an unknown layout */
	GM_MISSED_BUSY,		/* sockets whose owner kept them locked */
	GM_MISSED_PARTIAL,	/* sockets with a queue that was not walked to its end */

	GM_MISSED,
};

struct gm_missed_name {
	const char *name;
	const char *meaning;
};

extern const struct gm_missed_name gm_missed_names[GM_MISSED];

/**
 * struct gm_owner - a descriptor of a socket
 * @next:	next one of the same socket
 * @pid:	of the thread group, in the pid namespace of the process that takes the census
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
 * @next:	next one of the same socket
 * @kind:	which queue it is
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
 * @data:	the struct sockaddr
 */
struct gm_name {
	u16 len;
	u8 data[];
};

/**
 * struct gm_socket - a socket
 * @node:	in gm_sockets.by_cookie
 * @list:	in gm_sockets.sockets
 * @cookie:	the same as in sock_diag
 * @inode:	inode number; 0 if it has no file
 * @holder:	inode number of the socket in whose queue it is
 * @index:	its number, from 1 on, as an owner of claims
 * @netns:	inode number of its network namespace
 * @flags:	GHOSTMEM_SOCKET_F_*
 * @uid:	in the initial user namespace
 * @ifindex:	of the device that it is bound to, or 0
 * @family:	as in socket(2); @type and @protocol likewise
 * @state:	sk_state, whose meaning depends on the family
 * @local:	its address, or NULL; @remote likewise, of the peer
 * @owners:	number of descriptors
 * @owner:	some of these descriptors, the last one found first
 * @queue:	its queues, in reverse order of the walk
 * @held:	the sum over all queues
 * @orders:	number of blocks, by order
 * @meminfo:	SK_MEMINFO_*
 * @frags_max:	the largest number of page fragments of an skb
 * @oldest_ms:	age of the first skb in the receive queue, or GM_MS_UNKNOWN; @read_ms: time since
 *		the last read, and @arrived_ms: since the last arrival of data, likewise
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
 * struct gm_page_ages - access to the recorded ages of pages
 * @age_s:	returns the seconds since the page was allocated; negative: not known. May sleep
 * @priv:	argument of @age_s
 */
struct gm_page_ages {
	s64 (*age_s)(void *priv, unsigned long pfn);
	void *priv;
};

/**
 * struct gm_sockets - a census
 * @except:	a socket that is left out: that of the caller who requested the census
 * @ages:	of pages
 * @arena:	the memory of all that is kept
 * @claims:	exists only while the census is taken
 * @by_cookie:	all sockets by cookie; exists only while the census is taken
 * @walk:	exists only while the census is taken
 * @at:		the current socket
 * @pending:	sockets that were found in queues and are still to be looked at
 * @sockets:	all sockets that were found
 * @by_index:	the same, by index; emptied when the census has been taken
 * @nr:		number of sockets
 * @netns:	number of network namespaces
 * @held:	the sum over all sockets; what they share is counted once
 * @orders:	number of blocks by order; shared ones are counted once
 * @missed:	what is missing, by reason
 * @duration_ns: the time that it took
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
 * Takes a census, in process context; others wait until it is done. Sleeps; takes seconds if there
 * are hundreds of thousands of sockets. Returns 0, -ENOMEM, or -EINTR if the caller is being
 * killed; on errors there is nothing to destroy. @except is the caller's own socket.
 */
int gm_sockets_take(struct gm_sockets *sockets, const struct gm_page_ages *ages,
		    const struct sock *except);
void gm_sockets_destroy(struct gm_sockets *sockets);

/*
 * Returns all sockets in an array, which the caller frees with kvfree(); the one that pins the most
 * pages is the first. NULL if there is no memory.
 */
struct gm_socket **gm_sockets_sorted(const struct gm_sockets *sockets);

/* How a socket was found. */
struct gm_finding {
	const struct gm_owner *owner;	/* or NULL */
	u64 holder;			/* with GHOSTMEM_SOCKET_F_UNACCEPTED, _IN_FLIGHT */
	u32 flags;
};

/*
 * Called for each socket that is found: looks at @sk, to which the caller has a reference. Returns
 * false if the census is to be given up.
 */
bool gm_sockets_found(struct gm_sockets *sockets, struct sock *sk,
		      const struct gm_finding *finding);

/* Whether @sk has been looked at already. May be called with locks held. Any context. */
bool gm_sockets_know(struct gm_sockets *sockets, const struct sock *sk);

#endif /* GHOSTMEM_CENSUS_SOCKETS_H */
