/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Unix sockets: the table of them, and the files that an skb carries.
 */
#ifndef GHOSTMEM_COMPAT_UNIX_H
#define GHOSTMEM_COMPAT_UNIX_H

#include <linux/skbuff.h>
#include <linux/version.h>
#include <net/af_unix.h>
#include <net/net_namespace.h>
#include <net/scm.h>

/*
 * The control block of a unix skb became private to net/unix/af_unix.h with 84960bf24031 (6.15);
 * struct gm_unix_cb has its first members since then. With CONFIG_RANDSTRUCT the layout is not
 * known.
 */
#ifdef UNIXCB
#define GM_HAVE_UNIX_FILES	1
#define gm_unix_files(skb)	(UNIXCB(skb).fp)
#elif IS_ENABLED(CONFIG_RANDSTRUCT)
#define GM_HAVE_UNIX_FILES	0
#define gm_unix_files(skb)	((struct scm_fp_list *)NULL)
#else
#define GM_HAVE_UNIX_FILES	1

struct gm_unix_cb {
	struct pid *pid;
	kuid_t uid;
	kgid_t gid;
	struct scm_fp_list *fp;
};

#define gm_unix_files(skb)	(((struct gm_unix_cb *)&(skb)->cb)->fp)
#endif

/* The declaration is private now, too, but the function is still exported. */
struct sock *unix_peer_get(struct sock *sk);

/*
 * The table of unix sockets: a global one until cf2f225e2653 (6.0) gave each namespace its own.
 * It had one lock until afd20b9290e1 (5.17) gave each bucket its own.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0)
#define GM_HAVE_UNIX_TABLE	1

/* UNIX_HASH_SIZE is private since 6.15. */
#ifdef UNIX_HASH_SIZE
#define GM_UNIX_BUCKETS		UNIX_HASH_SIZE
#else
#define GM_UNIX_BUCKETS		512
#endif

static inline struct hlist_head *gm_unix_bucket(struct net *net, unsigned int i)
{
	return net->unx.table.buckets ? &net->unx.table.buckets[i] : NULL;
}

static inline spinlock_t *gm_unix_lock(struct net *net, unsigned int i)
{
	return &net->unx.table.locks[i];
}
#elif IS_BUILTIN(CONFIG_UNIX)
#define GM_HAVE_UNIX_TABLE	1
#define GM_UNIX_BUCKETS		(2 * UNIX_HASH_SIZE)

static inline struct hlist_head *gm_unix_bucket(struct net *net, unsigned int i)
{
	return net_eq(net, &init_net) ? &unix_socket_table[i] : NULL;
}

static inline spinlock_t *gm_unix_lock(struct net *net, unsigned int i)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 17, 0)
	return &unix_table_locks[i];
#else
	return &unix_table_lock;
#endif
}
#else
#define GM_HAVE_UNIX_TABLE	0
#endif

#endif /* GHOSTMEM_COMPAT_UNIX_H */
