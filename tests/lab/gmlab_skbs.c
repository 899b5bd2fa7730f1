// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that loses sk_buffs: of every door by which it can take them, in a task, in a softirq
 * and in a hard interrupt, so many of each that the doors can be told apart by their count.
 *
 * They belong to a device of its own, which goes with the module; they do not, unless they are
 * given back before.
 */
#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/if_arp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "compat/hrtimer.h"
#include "compat/skb.h"

/* Heads of both kinds: of the slab, and of page fragments. */
#define GMLAB_SMALL	128
#define GMLAB_LARGE	1800

/* One an interrupt. */
#define GMLAB_PERIOD	(NSEC_PER_MSEC / 4)

static unsigned int count = 100;
module_param(count, uint, 0444);
MODULE_PARM_DESC(count, "lose so many of the first door, and one more of each that follows");

static char *name = "gmlab0";
module_param(name, charp, 0444);
MODULE_PARM_DESC(name, "of the device");

static struct net_device *gmlab_dev;
static struct napi_struct gmlab_napi;
static struct sk_buff_head gmlab_lost;

static noinline struct sk_buff *gmlab_lose_alloc(void)
{
	return alloc_skb(GMLAB_SMALL, GFP_ATOMIC);
}

static noinline struct sk_buff *gmlab_lose_fclone(void)
{
	return alloc_skb_fclone(GMLAB_SMALL, GFP_ATOMIC);
}

static noinline struct sk_buff *gmlab_lose_netdev(void)
{
	return netdev_alloc_skb(gmlab_dev, GMLAB_SMALL);
}

static noinline struct sk_buff *gmlab_lose_large(void)
{
	return netdev_alloc_skb(gmlab_dev, GMLAB_LARGE);
}

static noinline struct sk_buff *gmlab_lose_napi(void)
{
	return napi_alloc_skb(&gmlab_napi, GMLAB_SMALL);
}

static noinline struct sk_buff *gmlab_lose_napi_large(void)
{
	return napi_alloc_skb(&gmlab_napi, GMLAB_LARGE);
}

static noinline struct sk_buff *gmlab_lose_build(void)
{
	struct page *page = alloc_page(GFP_ATOMIC);
	struct sk_buff *skb = page ? build_skb(page_address(page), PAGE_SIZE) : NULL;

	if (page && !skb)
		put_page(page);
	return skb;
}

static noinline struct sk_buff *gmlab_lose_napi_build(void)
{
	struct page *page = alloc_page(GFP_ATOMIC);
	struct sk_buff *skb = page ? gm_napi_build_skb(page_address(page), PAGE_SIZE) : NULL;

	if (page && !skb)
		put_page(page);
	return skb;
}

static noinline struct sk_buff *gmlab_lose_slab_build(void)
{
	void *data = kmalloc(GMLAB_LARGE, GFP_ATOMIC);
	struct sk_buff *skb = NULL;

	if (data)
		skb = GM_HAVE_SLAB_BUILD_SKB ? gm_slab_build_skb(data) : build_skb(data, 0);
	if (!skb)
		kfree(data);
	return skb;
}

/* The clone alone is lost. */
static noinline struct sk_buff *gmlab_lose_clone(void)
{
	struct sk_buff *skb = netdev_alloc_skb(gmlab_dev, GMLAB_SMALL);
	struct sk_buff *clone = skb ? skb_clone(skb, GFP_ATOMIC) : NULL;

	kfree_skb(skb);
	return clone;
}

static noinline struct sk_buff *gmlab_lose_fast_clone(void)
{
	struct sk_buff *skb = alloc_skb_fclone(GMLAB_SMALL, GFP_ATOMIC);
	struct sk_buff *clone = skb ? skb_clone(skb, GFP_ATOMIC) : NULL;

	kfree_skb(skb);
	return clone;
}

static noinline struct sk_buff *gmlab_lose_copy(void)
{
	struct sk_buff *skb = netdev_alloc_skb(gmlab_dev, GMLAB_SMALL);
	struct sk_buff *copy = skb ? skb_copy(skb, GFP_ATOMIC) : NULL;

	kfree_skb(skb);
	return copy;
}

static noinline struct sk_buff *gmlab_lose_hard(void)
{
	return netdev_alloc_skb(gmlab_dev, GMLAB_LARGE);
}

enum gmlab_context { GMLAB_TASK, GMLAB_SOFTIRQ, GMLAB_HARDIRQ };

static struct {
	const char *name;
	struct sk_buff *(*lose)(void);
	enum gmlab_context context;
	unsigned int lost;
} gmlab_doors[] = {
	{ "alloc", gmlab_lose_alloc },
	{ "fclone", gmlab_lose_fclone },
	{ "netdev", gmlab_lose_netdev },
	{ "large", gmlab_lose_large },
	{ "napi", gmlab_lose_napi, GMLAB_SOFTIRQ },
	{ "napi_large", gmlab_lose_napi_large, GMLAB_SOFTIRQ },
	{ "build", gmlab_lose_build },
	{ "napi_build", gmlab_lose_napi_build, GMLAB_SOFTIRQ },
	{ "slab_build", gmlab_lose_slab_build },
	{ "clone", gmlab_lose_clone },
	{ "fast_clone", gmlab_lose_fast_clone },
	{ "copy", gmlab_lose_copy },
	{ "hard", gmlab_lose_hard, GMLAB_HARDIRQ },
};

static bool gmlab_has(unsigned int door)
{
	if (gmlab_doors[door].lose == gmlab_lose_napi_build)
		return GM_HAVE_NAPI_BUILD_SKB;
	/* On PREEMPT_RT the allocators sleep for their locks: never from there. */
	return gmlab_doors[door].context != GMLAB_HARDIRQ || !IS_ENABLED(CONFIG_PREEMPT_RT);
}

/* False when there are enough of the door, or it has none to give. */
static bool gmlab_lose(unsigned int door)
{
	struct sk_buff *skb;

	if (gmlab_doors[door].lost == count + door)
		return false;
	skb = gmlab_doors[door].lose();
	if (!skb)
		return false;
	skb->dev = gmlab_dev;
	skb_queue_tail(&gmlab_lost, skb);
	gmlab_doors[door].lost++;
	return true;
}

struct gmlab_timer {
	struct hrtimer timer;
	unsigned int door;
	bool done;
};

static enum hrtimer_restart gmlab_fires(struct hrtimer *timer)
{
	struct gmlab_timer *at = container_of(timer, struct gmlab_timer, timer);

	if (!gmlab_lose(at->door)) {
		WRITE_ONCE(at->done, true);
		return HRTIMER_NORESTART;
	}
	hrtimer_forward_now(timer, ns_to_ktime(GMLAB_PERIOD));
	return HRTIMER_RESTART;
}

static void gmlab_lose_in_interrupt(unsigned int door, enum hrtimer_mode mode)
{
	struct gmlab_timer at = { .door = door };

	gm_hrtimer_setup(&at.timer, gmlab_fires, CLOCK_MONOTONIC, mode);
	hrtimer_start(&at.timer, ns_to_ktime(GMLAB_PERIOD), mode);
	while (!READ_ONCE(at.done))
		schedule_timeout_uninterruptible(1);
	hrtimer_cancel(&at.timer);
}

static void gmlab_lose_all(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gmlab_doors); i++) {
		if (!gmlab_has(i))
			continue;
		if (gmlab_doors[i].context == GMLAB_SOFTIRQ)
			gmlab_lose_in_interrupt(i, HRTIMER_MODE_REL_SOFT);
		else if (gmlab_doors[i].context == GMLAB_HARDIRQ)
			gmlab_lose_in_interrupt(i, HRTIMER_MODE_REL_HARD);
		else
			while (gmlab_lose(i))
				cond_resched();
	}
}

/* A line "gmlab_lose_DOOR COUNT" for each door that lost any. */
static int gmlab_get_lost(char *buffer, const struct kernel_param *param)
{
	unsigned int i;
	int len = 0;

	for (i = 0; i < ARRAY_SIZE(gmlab_doors); i++) {
		if (gmlab_doors[i].lost)
			len += sysfs_emit_at(buffer, len, "gmlab_lose_%s %u\n",
					     gmlab_doors[i].name, gmlab_doors[i].lost);
	}
	return len;
}

static const struct kernel_param_ops gmlab_lost_ops = {
	.get = gmlab_get_lost,
};

module_param_cb(lost, &gmlab_lost_ops, NULL, 0444);
MODULE_PARM_DESC(lost, "what has been lost, by function");

/* Their death, after all. */
static int gmlab_set_found(const char *value, const struct kernel_param *param)
{
	unsigned int i;

	skb_queue_purge(&gmlab_lost);
	for (i = 0; i < ARRAY_SIZE(gmlab_doors); i++)
		gmlab_doors[i].lost = 0;
	return 0;
}

static const struct kernel_param_ops gmlab_found_ops = {
	.set = gmlab_set_found,
};

module_param_cb(found, &gmlab_found_ops, NULL, 0200);
MODULE_PARM_DESC(found, "give all of them back");

static netdev_tx_t gmlab_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops gmlab_ops = {
	.ndo_start_xmit = gmlab_xmit,
};

static void gmlab_setup(struct net_device *dev)
{
	dev->netdev_ops = &gmlab_ops;
	dev->type = ARPHRD_NONE;
	dev->mtu = ETH_DATA_LEN;
	dev->flags = IFF_NOARP;
	dev->needs_free_netdev = true;
}

static int __init gmlab_init(void)
{
	int err;

	skb_queue_head_init(&gmlab_lost);
	gmlab_dev = alloc_netdev(0, name, NET_NAME_USER, gmlab_setup);
	if (!gmlab_dev)
		return -ENOMEM;
	gmlab_napi.dev = gmlab_dev;
	err = register_netdev(gmlab_dev);
	if (err) {
		free_netdev(gmlab_dev);
		return err;
	}
	gmlab_lose_all();
	return 0;
}

static void __exit gmlab_exit(void)
{
	unregister_netdev(gmlab_dev);
}

module_init(gmlab_init);
module_exit(gmlab_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("ghostmem lab: a driver that loses sk_buffs");
