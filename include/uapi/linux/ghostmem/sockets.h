/* SPDX-License-Identifier: (GPL-2.0 WITH Linux-syscall-note) OR MIT */
/*
 * SOCKET_GET: what is queued in sockets, and how much memory this really holds.
 */
#ifndef _UAPI_LINUX_GHOSTMEM_SOCKETS_H
#define _UAPI_LINUX_GHOSTMEM_SOCKETS_H

/*
 * HELD: what is queued, in one queue, in one socket or in all of them. SKBS counts sk_buffs, except
 * those in the frag_list of another one. BYTES is the amount of data in them, TRUESIZE_BYTES what
 * the kernel charges for them.
 *
 * The rest is the memory that they really hold, with everything counted once:
 *
 *	PINNED_PAGES	base pages that come straight from the page allocator: ghosts. A page of a
 *			compound page pins the whole compound page.
 *	PINNED_BLOCKS	the compound pages, or single pages, that these form
 *	ORDERS		PINNED_BLOCKS by order
 *	SHARED_PAGES	of PINNED_PAGES, those that another socket pins as well
 *	TRACKED_PAGES	of PINNED_PAGES, those that the tracker has a record of; in
 *			GHOSTMEM_MODE_SAMPLED only samples have one
 *	SLAB_BYTES	slab objects: sk_buffs, and those heads that are in the slab
 *	VMALLOC_BYTES	heads in vmalloc space
 *	MAPPED_PAGES	pages of processes and of the page cache (sendfile, zero-copy)
 *
 * /proc/meminfo counts the last three.
 */
#define GHOSTMEM_ORDERS		16

enum ghostmem_held_attr {
	GHOSTMEM_HELD_A_UNSPEC,
	GHOSTMEM_HELD_A_PAD,
	GHOSTMEM_HELD_A_SKBS,		/* u64 */
	GHOSTMEM_HELD_A_BYTES,		/* u64 */
	GHOSTMEM_HELD_A_TRUESIZE_BYTES,	/* u64 */
	GHOSTMEM_HELD_A_PINNED_PAGES,	/* u64 */
	GHOSTMEM_HELD_A_PINNED_BLOCKS,	/* u64 */
	GHOSTMEM_HELD_A_SHARED_PAGES,	/* u64 */
	GHOSTMEM_HELD_A_SLAB_BYTES,	/* u64 */
	GHOSTMEM_HELD_A_VMALLOC_BYTES,	/* u64 */
	GHOSTMEM_HELD_A_MAPPED_PAGES,	/* u64 */
	GHOSTMEM_HELD_A_TRACKED_PAGES,	/* u64 */
	GHOSTMEM_HELD_A_ORDERS,		/* u64[GHOSTMEM_ORDERS] */

	__GHOSTMEM_HELD_A_MAX,
};

#define GHOSTMEM_HELD_A_MAX	(__GHOSTMEM_HELD_A_MAX - 1)

/*
 * CENSUS: all sockets together. In HELD, what several sockets share is counted once. MISSED are the
 * reasons why something is not in the census, or only in part. Sockets are looked at one after
 * another while they are in use, for DURATION_NS in all, so the sum does not show a single moment.
 */
enum ghostmem_census_attr {
	GHOSTMEM_CENSUS_A_UNSPEC,
	GHOSTMEM_CENSUS_A_PAD,
	GHOSTMEM_CENSUS_A_SOCKETS,	/* u32 */
	GHOSTMEM_CENSUS_A_NETNS,	/* u32, network namespaces */
	GHOSTMEM_CENSUS_A_DURATION_NS,	/* u64 */
	GHOSTMEM_CENSUS_A_MEMORY_BYTES,	/* u64, what the census itself took */
	GHOSTMEM_CENSUS_A_HELD,		/* nest, enum ghostmem_held_attr */
	GHOSTMEM_CENSUS_A_MISSED,	/* nest, enum ghostmem_lost_attr; any number, none of 0 */

	__GHOSTMEM_CENSUS_A_MAX,
};

#define GHOSTMEM_CENSUS_A_MAX	(__GHOSTMEM_CENSUS_A_MAX - 1)

/*
 * SOCKET. COOKIE identifies it for as long as it lives, as in sock_diag and in "ss -e". INODE is 0
 * for a socket without a file. NETNS is the inode number of its network namespace. FAMILY, TYPE and
 * PROTOCOL are those of socket(2). STATE depends on the family; for TCP see net/tcp_states.h. LOCAL
 * and REMOTE are a struct sockaddr of the family, absent if there is none.
 *
 * OWNERS counts the descriptors that refer to it; each has an OWNER, up to GHOSTMEM_OWNERS_MAX.
 * HOLDER is the INODE of the listening socket that has not handed it out yet (F_UNACCEPTED), or of
 * the unix socket in whose receive queue it is (F_IN_FLIGHT); 0 if that socket has no file either.
 *
 * HELD is the sum of the queues. There is a QUEUE for each one that is not empty; what two queues
 * share is counted with the first. MEMINFO has the kernel's own counters, as sock_diag has them.
 * FRAGS_MAX is the largest number of page fragments in one sk_buff.
 *
 * OLDEST_MS is the age of the first sk_buff in the receive queue, by its own time stamp, or with
 * F_OLDEST_PAGE by the record of its page, which is somewhat older. READ_MS, for TCP only, is how
 * long ago somebody read, give or take a round-trip time. ARRIVED_MS is how long ago the last data
 * arrived. Each of them is absent if it is not known.
 */
enum ghostmem_socket_attr {
	GHOSTMEM_SOCKET_A_UNSPEC,
	GHOSTMEM_SOCKET_A_PAD,
	GHOSTMEM_SOCKET_A_COOKIE,	/* u64 */
	GHOSTMEM_SOCKET_A_INODE,	/* u64 */
	GHOSTMEM_SOCKET_A_NETNS,	/* u32 */
	GHOSTMEM_SOCKET_A_FAMILY,	/* u32 */
	GHOSTMEM_SOCKET_A_TYPE,		/* u32 */
	GHOSTMEM_SOCKET_A_PROTOCOL,	/* u32 */
	GHOSTMEM_SOCKET_A_STATE,	/* u32 */
	GHOSTMEM_SOCKET_A_UID,		/* u32, in the initial user namespace */
	GHOSTMEM_SOCKET_A_FLAGS,	/* u32, GHOSTMEM_SOCKET_F_* */
	GHOSTMEM_SOCKET_A_IFINDEX,	/* u32, device it is bound to; absent if it is not */
	GHOSTMEM_SOCKET_A_LOCAL,	/* binary, struct sockaddr */
	GHOSTMEM_SOCKET_A_REMOTE,	/* binary, likewise */
	GHOSTMEM_SOCKET_A_HOLDER,	/* u64 */
	GHOSTMEM_SOCKET_A_OWNERS,	/* u32 */
	GHOSTMEM_SOCKET_A_OWNER,	/* nest, enum ghostmem_owner_attr; any number */
	GHOSTMEM_SOCKET_A_HELD,		/* nest, enum ghostmem_held_attr */
	GHOSTMEM_SOCKET_A_QUEUE,	/* nest, enum ghostmem_queue_attr; any number */
	GHOSTMEM_SOCKET_A_MEMINFO,	/* u32[], by SK_MEMINFO_* of linux/sock_diag.h */
	GHOSTMEM_SOCKET_A_FRAGS_MAX,	/* u32 */
	GHOSTMEM_SOCKET_A_OLDEST_MS,	/* u64 */
	GHOSTMEM_SOCKET_A_READ_MS,	/* u64 */
	GHOSTMEM_SOCKET_A_ARRIVED_MS,	/* u64 */

	__GHOSTMEM_SOCKET_A_MAX,
};

#define GHOSTMEM_SOCKET_A_MAX	(__GHOSTMEM_SOCKET_A_MAX - 1)

#define GHOSTMEM_SOCKET_F_UNACCEPTED	(1U << 0) /* in a listening socket's queue */
#define GHOSTMEM_SOCKET_F_ORPHAN	(1U << 1) /* closed by its process, alive in the kernel */
#define GHOSTMEM_SOCKET_F_IN_FLIGHT	(1U << 2) /* sent by SCM_RIGHTS, not received */
#define GHOSTMEM_SOCKET_F_KERNEL	(1U << 3) /* the kernel's own */
#define GHOSTMEM_SOCKET_F_BUSY		(1U << 4) /* locked by its owner: only backlog was seen */
#define GHOSTMEM_SOCKET_F_CHANGED	(1U << 5) /* a queue changed while it was walked */
#define GHOSTMEM_SOCKET_F_PARTIAL	(1U << 6) /* a queue was not walked to its end */
#define GHOSTMEM_SOCKET_F_OLDEST_PAGE	(1U << 7) /* see OLDEST_MS */

enum ghostmem_owner_attr {
	GHOSTMEM_OWNER_A_UNSPEC,
	GHOSTMEM_OWNER_A_PAD,
	GHOSTMEM_OWNER_A_PID,		/* u32, thread group id in the reader's pid namespace; 0 if
					 * the owner is not in that namespace
					 */
	GHOSTMEM_OWNER_A_FD,		/* u32 */
	GHOSTMEM_OWNER_A_COMM,		/* string */

	__GHOSTMEM_OWNER_A_MAX,
};

#define GHOSTMEM_OWNER_A_MAX	(__GHOSTMEM_OWNER_A_MAX - 1)

/*
 * NAME is one of
 *
 *	receive		for UDP, both of its receive queues
 *	out_of_order, backlog, error, write, retransmit
 *	rx_ring, tx_ring	the mapped rings of packet sockets; SKBS is 0
 *	fragment	the page that the socket fills next; SKBS is 0
 */
enum ghostmem_queue_attr {
	GHOSTMEM_QUEUE_A_UNSPEC,
	GHOSTMEM_QUEUE_A_PAD,
	GHOSTMEM_QUEUE_A_NAME,		/* string, [a-z_]+ */
	GHOSTMEM_QUEUE_A_HELD,		/* nest, enum ghostmem_held_attr; without
					 * SHARED_PAGES, TRACKED_PAGES and ORDERS
					 */

	__GHOSTMEM_QUEUE_A_MAX,
};

#define GHOSTMEM_QUEUE_A_MAX	(__GHOSTMEM_QUEUE_A_MAX - 1)

#endif /* _UAPI_LINUX_GHOSTMEM_SOCKETS_H */
