// SPDX-License-Identifier: GPL-2.0
/*
 * SKB_GET. See skbs.h.
 *
 * What a record does not have is read from the sk_buff itself, which may be freed meanwhile. So it
 * is read with get_kernel_nofault(), and used only if the record is still the same afterwards.
 * Pointers that are read this way are not dereferenced.
 */
#include <linux/overflow.h>
#include <linux/skbuff.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "accounts/devices.h"
#include "netlink/dump.h"
#include "netlink/skbs.h"

/*
 * Buckets that are walked at a time with the records and the devices held: at most some thousands
 * of sk_buffs, for each of which a device is looked up.
 */
#define GM_WALK_BUCKETS	256

/* Most pairs of a site and a device. sk_buffs of further pairs are reported without a device. */
#define GM_PAIRS	4096

/*
 * No sk_buff has a larger truesize. An sk_buff that is just being made still has the truesize of
 * the one before it in the same memory, or what a debug kernel has overwritten that with.
 */
#define GM_TRUESIZE_MAX	(64U << 20)

/**
 * struct gm_pair - sk_buffs of one site that belong to one device
 * @site:	id of the site; 0 if the entry is free
 * @device:	a copy, made together with the pair; its list links are not used
 * @skbs:	number of these sk_buffs
 * @bytes:	sum of their truesize
 */
struct gm_pair {
	u32 site;
	struct gm_device device;
	u64 skbs;
	u64 bytes;
};

/**
 * struct gm_skb_dump - what a dump of sk_buffs has in addition to the tallies
 * @devices:	network devices; valid during a step of the walk
 * @jiffies:	jiffies at the time of the dump's clock
 * @bytes:	sum of truesize, by site
 * @pair:	a hash table; sorted after the walk
 */
struct gm_skb_dump {
	struct gm_devices *devices;
	u64 jiffies;
	u64 *bytes;
	struct gm_pair pair[GM_PAIRS];
};

static int gm_skbs_begin(struct gm_dump *dump)
{
	struct gm_skb_dump *own = vzalloc(sizeof(*own));

	dump->own = own;
	if (!own)
		return -ENOMEM;
	own->jiffies = get_jiffies_64();
	own->bytes = vzalloc(array_size(dump->end, sizeof(*own->bytes)));
	return own->bytes ? 0 : -ENOMEM;
}

static void gm_skbs_end(struct gm_dump *dump)
{
	struct gm_skb_dump *own = dump->own;

	vfree(own->bytes);
	vfree(own);
}

static struct gm_pair *gm_pair_of(struct gm_skb_dump *own, u32 site,
				  const struct gm_device *device)
{
	u32 probe, hash = (site * 0x9e3779b1U) ^ (u32)(device->address >> 6);
	struct gm_pair *pair;

	for (probe = 0; probe < 16; probe++) {
		pair = &own->pair[(hash + probe) % GM_PAIRS];
		if (!pair->site) {
			pair->site = site;
			pair->device = *device;
			return pair;
		}
		if (pair->site == site && pair->device.address == device->address &&
		    pair->device.came == device->came)
			return pair;
	}
	return NULL;
}

static void gm_skbs_tally(void *ctx, const struct gm_skb_entry *entry)
{
	const struct sk_buff *skb = (const struct sk_buff *)entry->skb;
	u32 truesize = 0, site = gm_record_site(entry->rec);
	const struct gm_device *device = NULL;
	struct net_device *dev = NULL;
	struct gm_dump *dump = ctx;
	struct gm_skb_dump *own = dump->own;
	struct gm_pair *pair;

	if (get_kernel_nofault(truesize, &skb->truesize) || get_kernel_nofault(dev, &skb->dev))
		return;
	/* Read the sk_buff before checking that its record is still the same. */
	smp_rmb();
	if (site >= dump->end || !gm_skb_entry_lives(entry))
		return;
	gm_dump_tally(dump, entry->rec);
	if (truesize > GM_TRUESIZE_MAX)
		truesize = 0;
	own->bytes[site] += truesize;
	if (dev)
		device = gm_devices_find(own->devices, (unsigned long)dev, own->jiffies -
					 (u64)gm_record_age(entry->rec, dump->clock) * HZ);
	pair = device ? gm_pair_of(own, site, device) : NULL;
	if (pair) {
		pair->skbs++;
		pair->bytes += truesize;
	}
}

/* Orders by site, then by descending number of sk_buffs; free entries come last. */
static int gm_pair_cmp(const void *a, const void *b)
{
	const struct gm_pair *one = a, *two = b;

	if (one->site != two->site)
		return one->site - 1 < two->site - 1 ? -1 : 1;
	return one->skbs > two->skbs ? -1 : one->skbs < two->skbs;
}

static bool gm_skbs_walk(struct gm_dump *dump, unsigned long *cursor)
{
	struct gm_skb_dump *own = dump->own;
	bool more;

	own->devices = dump->view.devices;
	mutex_lock(&own->devices->lock);
	more = gm_skb_map_walk(dump->view.skbs, cursor, GM_WALK_BUCKETS, gm_skbs_tally, dump);
	mutex_unlock(&own->devices->lock);
	if (!more)
		sort(own->pair, GM_PAIRS, sizeof(*own->pair), gm_pair_cmp, NULL);
	return more;
}

static int gm_put_device(struct sk_buff *skb, const struct gm_pair *pair)
{
	const struct gm_device *device = &pair->device;
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_SITE_SKBS_A_DEVICE);

	if (!nest ||
	    nla_put_string(skb, GHOSTMEM_DEVICE_A_NAME, device->name) ||
	    nla_put_u32(skb, GHOSTMEM_DEVICE_A_IFINDEX, device->ifindex) ||
	    nla_put_u32(skb, GHOSTMEM_DEVICE_A_NETNS, device->netns) ||
	    nla_put_u32(skb, GHOSTMEM_DEVICE_A_STATE, device->went ? GHOSTMEM_DEVICE_GONE :
			GHOSTMEM_DEVICE_PRESENT) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_DEVICE_A_SKBS, pair->skbs, GHOSTMEM_DEVICE_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_DEVICE_A_BYTES, pair->bytes, GHOSTMEM_DEVICE_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Returns the index of the site's first pair. */
static unsigned int gm_pairs_from(const struct gm_skb_dump *own, u32 site)
{
	unsigned int low = 0, high = GM_PAIRS;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (own->pair[middle].site - 1 < site - 1)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Most devices of a site in a message: gm_skbs_dump.room is for these. */
#define GM_PUT_DEVICES	16

static int gm_skbs_put(struct sk_buff *skb, const struct gm_dump *dump, u32 id,
		       const struct gm_site_counts *counts)
{
	const struct gm_skb_dump *own = dump->own;
	struct nlattr *nest = nla_nest_start(skb, GHOSTMEM_A_SITE_SKBS);
	unsigned int i, from = gm_pairs_from(own, id);

	if (!nest ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_SKBS_A_LIVE_SKBS, counts->live,
			      GHOSTMEM_SITE_SKBS_A_PAD) ||
	    nla_put_u64_64bit(skb, GHOSTMEM_SITE_SKBS_A_LIVE_BYTES, own->bytes[id],
			      GHOSTMEM_SITE_SKBS_A_PAD))
		return -EMSGSIZE;
	for (i = from; i < GM_PAIRS && i < from + GM_PUT_DEVICES; i++) {
		if (own->pair[i].site != id)
			break;
		if (gm_put_device(skb, &own->pair[i]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static const struct gm_dump_kind gm_skbs_dump = {
	.cmd = GHOSTMEM_CMD_SKB_GET,
	.of = GM_RECORDS_SKBS,
	/* Room for GM_PUT_DEVICES devices. */
	.room = 1792,
	.begin = gm_skbs_begin,
	.end = gm_skbs_end,
	.walk = gm_skbs_walk,
	.put = gm_skbs_put,
};

int gm_skbs_get_start(struct netlink_callback *cb)
{
	return gm_dump_start(cb, &gm_skbs_dump);
}
