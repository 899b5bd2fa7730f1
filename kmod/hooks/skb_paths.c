// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of allocation paths. See skb_paths.h.
 *
 * Other CPUs may allocate and free meanwhile, and so may interrupts: it is only known for an
 * sk_buff that the test holds what its record has to be.
 */
#include <linux/bottom_half.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/preempt.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/skb.h"
#include "hooks/selftest.h"
#include "hooks/skb_paths.h"
#include "tables/table_alloc.h"

/* Sizes that give heads of both kinds: from the slab, and from page fragments. */
#define GM_SMALL	100
#define GM_LARGE	2000

/* More than any allocator can provide. */
#define GM_TOO_LARGE	BIT(30)

#define GM_TRIES	64

static struct sk_buff *gm_alloc(bool second)
{
	return second ? alloc_skb_fclone(GM_SMALL, GM_GFP_ARM) : alloc_skb(GM_SMALL, GM_GFP_ARM);
}

static struct sk_buff *gm_clone(bool second)
{
	struct sk_buff *clone, *skb = gm_alloc(second);

	if (!skb)
		return NULL;
	clone = skb_clone(skb, GM_GFP_ARM);
	consume_skb(skb);
	return clone;
}

static struct sk_buff *gm_netdev(bool second)
{
	return netdev_alloc_skb(NULL, second ? GM_LARGE : GM_SMALL);
}

static struct sk_buff *gm_napi(bool second)
{
	/* Only its device is read, which is NULL. */
	static struct napi_struct napi;
	struct sk_buff *skb;

	local_bh_disable();
	skb = napi_alloc_skb(&napi, second ? GM_LARGE : GM_SMALL);
	local_bh_enable();
	return skb;
}

static struct sk_buff *gm_build(bool second)
{
	struct page *page = alloc_page(GM_GFP_ARM);
	struct sk_buff *skb = page ? build_skb(page_address(page), PAGE_SIZE) : NULL;

	if (page && !skb)
		put_page(page);
	return skb;
}

static struct sk_buff *gm_napi_build(bool second)
{
	struct page *page = alloc_page(GM_GFP_ARM);
	struct sk_buff *skb = NULL;

	if (!page)
		return NULL;
	local_bh_disable();
	skb = gm_napi_build_skb(page_address(page), PAGE_SIZE);
	local_bh_enable();
	if (!skb)
		put_page(page);
	return skb;
}

static struct sk_buff *gm_slab_build(bool second)
{
	void *data = kmalloc(GM_LARGE, GM_GFP_ARM);
	struct sk_buff *skb = data ? gm_slab_build_skb(data) : NULL;

	if (!skb)
		kfree(data);
	return skb;
}

bool gm_skb_path_exists(enum gm_skb_path_id id)
{
	switch (id) {
	case GM_PATH_NAPI_BUILD:
		return GM_HAVE_NAPI_BUILD_SKB;
	case GM_PATH_SLAB_BUILD:
		return GM_HAVE_SLAB_BUILD_SKB;
	default:
		return true;
	}
}

/*
 * Whether @skb has a record whose stack leads to this module. If the site table is full, there is
 * no stack to check.
 */
static bool gm_seen(struct gm_skbs *s, const struct sk_buff *skb)
{
	u32 id = gm_record_site(gm_skb_map_get(&s->map, skb));

	return gm_sites_valid(&s->origins.sites, id) && gm_selftest_is_ours(&s->origins.sites, id);
}

static int gm_try(struct gm_skbs *s, struct sk_buff *(*make)(bool second))
{
	struct sk_buff *skb;
	int i, err = 0;

	for (i = 0; i < 2 && !err; i++) {
		skb = make(i);
		if (!skb)
			return -ENOMEM;
		if (!gm_seen(s, skb))
			err = -EIO;
		kfree_skb(skb);
	}
	return err;
}

/* Takes the struct sk_buff from another path, and makes it look like a new one. */
static int gm_try_around(struct gm_skbs *s)
{
	struct sk_buff *skb = gm_build(false);
	struct page *page = alloc_page(GM_GFP_ARM), *head;
	gm_record_t rec;
	int err;

	if (!skb || !page) {
		kfree_skb(skb);
		if (page)
			put_page(page);
		return -ENOMEM;
	}
	head = virt_to_page(skb->head);
	preempt_disable();
	gm_skb_map_remove(&s->map, skb, true, &rec);
	preempt_enable();
	memset(skb, 0, offsetof(struct sk_buff, tail));
	build_skb_around(skb, page_address(page), PAGE_SIZE);
	err = gm_seen(s, skb) ? 0 : -EIO;
	kfree_skb(skb);
	put_page(head);
	return err;
}

int gm_skb_path_try(struct gm_skbs *s, enum gm_skb_path_id id)
{
	switch (id) {
	case GM_PATH_ALLOC:
		return gm_try(s, gm_alloc);
	case GM_PATH_CLONE:
		return gm_try(s, gm_clone);
	case GM_PATH_NETDEV:
		return gm_try(s, gm_netdev);
	case GM_PATH_NAPI:
		return gm_try(s, gm_napi);
	case GM_PATH_BUILD:
		return gm_try(s, gm_build);
	case GM_PATH_NAPI_BUILD:
		return gm_try(s, gm_napi_build);
	case GM_PATH_SLAB_BUILD:
		return gm_try(s, gm_slab_build);
	case GM_PATH_AROUND:
		return gm_try_around(s);
	default:
		return -EINVAL;
	}
}

static void gm_kfree_list(struct sk_buff *skb)
{
	kfree_skb_list(skb);
}

/* On the CPU that it was allocated on, and not from an interrupt of it: as drivers do. */
static void gm_napi_consume(struct sk_buff *skb)
{
	local_bh_disable();
	napi_consume_skb(skb, 1);
	local_bh_enable();
}

/* As if its head had become a fragment of another sk_buff. */
static void gm_kfree_partial(struct sk_buff *skb)
{
	struct page *head = virt_to_page(skb->head);

	kfree_skb_partial(skb, true);
	put_page(head);
}

static void gm_kfree_any(struct sk_buff *skb)
{
	dev_kfree_skb_any(skb);
}

static const struct {
	const char *name;
	void (*release)(struct sk_buff *skb);
} gm_ends[] = {
	{ "kfree_skb()", kfree_skb },
	{ "consume_skb()", consume_skb },
	{ "__kfree_skb()", __kfree_skb },
	{ "kfree_skb_list()", gm_kfree_list },
	{ "napi_consume_skb()", gm_napi_consume },
	{ "kfree_skb_partial()", gm_kfree_partial },
	{ "dev_kfree_skb_any()", gm_kfree_any },
};

/*
 * An sk_buff that we just released may belong to somebody else by now, and be recorded again for
 * good reason. It is proof enough that once in many tries it is not.
 */
static int gm_try_end(struct gm_skbs *s, void (*release)(struct sk_buff *skb))
{
	unsigned int i;

	for (i = 0; i < GM_TRIES; i++) {
		struct sk_buff *skb = gm_build(false);

		if (!skb)
			return -ENOMEM;
		if (!gm_seen(s, skb)) {
			kfree_skb(skb);
			return -EIO;
		}
		release(skb);
		if (!gm_skb_map_get(&s->map, skb))
			return 0;
	}
	return -EIO;
}

/* Tests a clone and its original, which share a piece of memory: each must die on its own. */
static int gm_try_pair(struct gm_skbs *s, bool clone_first)
{
	unsigned int i;

	for (i = 0; i < GM_TRIES; i++) {
		struct sk_buff *skb = gm_alloc(true);
		struct sk_buff *clone = skb ? skb_clone(skb, GM_GFP_ARM) : NULL;
		struct sk_buff *first = clone_first ? clone : skb;
		struct sk_buff *other = clone_first ? skb : clone;
		bool good;

		if (!clone) {
			kfree_skb(skb);
			return -ENOMEM;
		}
		consume_skb(first);
		good = !gm_skb_map_get(&s->map, first) && gm_seen(s, other);
		consume_skb(other);
		if (good && !gm_skb_map_get(&s->map, other))
			return 0;
	}
	return -EIO;
}

int gm_skb_deaths_try(struct gm_skbs *s, const char **how)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(gm_ends); i++) {
		*how = gm_ends[i].name;
		err = gm_try_end(s, gm_ends[i].release);
		if (err)
			return err;
	}
	*how = "consume_skb() of a clone";
	return gm_try_pair(s, true) ?: gm_try_pair(s, false);
}

static u64 gm_undone(const struct gm_skbs *s)
{
	struct gm_counters sum;

	gm_counters_sum(s->counters, &sum);
	return sum.events[GM_EVENT_SKB_UNDO];
}

int gm_skb_failure_try(struct gm_skbs *s)
{
	u64 before = gm_undone(s);
	struct sk_buff *skb = alloc_skb(GM_TOO_LARGE, GM_GFP_ARM);

	if (skb) {
		kfree_skb(skb);
		return 0;
	}
	return gm_undone(s) > before ? 0 : -EIO;
}
