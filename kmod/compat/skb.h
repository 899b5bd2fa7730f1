/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that allocate and free sk_buffs, and the tracepoints that report it.
 *
 * Functions that not all kernels have: napi_build_skb() was added by f450d539c05a (5.12),
 * slab_build_skb() by ce098da1497c, before 6.3. napi_alloc_skb() is a function since 6.10; before,
 * __napi_alloc_skb() was.
 *
 * Tracepoints: kfree_skb has a reason since c504e5c2f964 (5.17), and the socket since c53795d48ee8
 * (6.11), which became const at some time after 6.18; consume_skb has a location since dd1b527831a3
 * (6.3); kmem_cache_free has the cache's name since 3544de8ee6e4 (5.12), and the cache itself since
 * 2c1d697fb8ba (6.1). kmem_cache_alloc_node was merged into kmem_cache_alloc by 11e9734bcb6a (6.1).
 *
 * The last argument of kmalloc_reserve() is the sk_buff that it allocates a head for, or NULL, in
 * 7.2; 6.18 does not have that argument.
 */
#ifndef GHOSTMEM_COMPAT_SKB_H
#define GHOSTMEM_COMPAT_SKB_H

#include <linux/skbuff.h>
#include <linux/version.h>
#include <trace/events/kmem.h>
#include <trace/events/skb.h>

#include "prototype.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
#define gm_napi_build_skb(data, size)	napi_build_skb(data, size)
#else
#define gm_napi_build_skb(data, size)	((struct sk_buff *)NULL)
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define gm_slab_build_skb(data)		slab_build_skb(data)
#else
#define gm_slab_build_skb(data)		((struct sk_buff *)NULL)
#endif

#define GM_HAVE_NAPI_BUILD_SKB	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0))
#define GM_HAVE_SLAB_BUILD_SKB	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0))

#define GM_HAVE_RESERVE_SKB	(LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0))
#define GM_RESERVE_ARG_SKB	3

#define GM_HAVE_ALLOC_NODE	(LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0))

/*
 * Arguments that are read from registers, for functions that headers declare on all kernels that
 * have them. Other functions are tested with an sk_buff that takes each path (hooks/skb_paths.h).
 * The first one, skb_attempt_defer_free(), was added by 68822bdf76f1 (5.19).
 */
#define GM_LATER_PARAMS(P)	(P(struct sk_buff *, SKB))
#define GM_PARTIAL_PARAMS(P)	(P(struct sk_buff *, SKB), P(bool, STOLEN))
#define GM_AROUND_PARAMS(P)	(P(struct sk_buff *, SKB), P(void *, DATA), P(unsigned int, SIZE))
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 19, 0)
GM_CHECK_PROTOTYPE(skb_attempt_defer_free, void, GM_LATER_PARAMS);
#endif
GM_CHECK_PROTOTYPE(kfree_skb_partial, void, GM_PARTIAL_PARAMS);
GM_CHECK_PROTOTYPE(build_skb_around, struct sk_buff *, GM_AROUND_PARAMS);

/* The parameters of the tracepoints' probes. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define GM_DROP_SOCK_IS_CONST							\
	__builtin_types_compatible_p(typeof(check_trace_callback_type_kfree_skb), \
		void(void (*)(void *, struct sk_buff *, void *, enum skb_drop_reason, \
			      const struct sock *)))
#define GM_DROP_SOCK								\
	typeof(__builtin_choose_expr(GM_DROP_SOCK_IS_CONST, (const struct sock *)NULL, \
				     (struct sock *)NULL))
#define GM_DROP_PROTO								\
	void *data, struct sk_buff *skb, void *location, enum skb_drop_reason reason, \
	GM_DROP_SOCK sk
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 17, 0)
#define GM_DROP_PROTO								\
	void *data, struct sk_buff *skb, void *location, enum skb_drop_reason reason
#else
#define GM_DROP_PROTO		void *data, struct sk_buff *skb, void *location
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define GM_CONSUME_PROTO	void *data, struct sk_buff *skb, void *location
#else
#define GM_CONSUME_PROTO	void *data, struct sk_buff *skb
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#define GM_CACHE_FREE_PROTO \
	void *data, unsigned long call_site, const void *object, const struct kmem_cache *cache
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 12, 0)
#define GM_CACHE_FREE_PROTO \
	void *data, unsigned long call_site, const void *object, const char *name
#else
#define GM_CACHE_FREE_PROTO	void *data, unsigned long call_site, const void *object
#endif

#endif /* GHOSTMEM_COMPAT_SKB_H */
