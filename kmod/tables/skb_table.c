// SPDX-License-Identifier: GPL-2.0
/*
 * The skb map. See skb_table.h for what it guarantees. It takes no lock at all.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "tables/skb_table.h"
#include "tables/table_alloc.h"

static_assert(sizeof(struct gm_skb_bucket) == 2 * SMP_CACHE_BYTES);
static_assert(offsetof(struct gm_skb_bucket, record) == GM_SKB_WAYS * sizeof(unsigned long));

/**
 * struct gm_skb_homes - the two buckets in which an address may be
 * @first:	searched first
 * @other:	may be the same bucket
 */
struct gm_skb_homes {
	struct gm_skb_bucket *first;
	struct gm_skb_bucket *other;
};

/* Fibonacci hashing: the upper half of the product depends on all bits of the address. */
static __always_inline struct gm_skb_homes gm_skb_homes(const struct gm_skb_map *map,
							unsigned long skb)
{
	u64 hash = skb * 0x9e3779b97f4a7c15ULL;
	unsigned int shift = 64 - map->bits;

	return (struct gm_skb_homes){
		.first = map->bucket + (hash >> shift),
		.other = map->bucket + (hash << map->bits >> shift),
	};
}

static bool gm_is_dead(unsigned long key)
{
	return key & GM_SKB_DEAD;
}

/*
 * Returns the key of an address in a bucket, alive or dead, or NULL. Pointers are used here and
 * below because kernels with array bounds checking would check an index each time.
 */
static __always_inline unsigned long *gm_skb_in(struct gm_skb_bucket *bucket, unsigned long skb)
{
	unsigned long *key = bucket->key, *end = key + GM_SKB_WAYS;

	for (; key < end; key++) {
		if (unlikely((READ_ONCE(*key) ^ skb) <= GM_SKB_DEAD))
			return key;
	}
	return NULL;
}

static __always_inline unsigned long *gm_skb_find(const struct gm_skb_map *map,
						  unsigned long skb)
{
	struct gm_skb_homes home = gm_skb_homes(map, skb);

	return gm_skb_in(home.first, skb) ?: gm_skb_in(home.other, skb);
}

/* Returns the record that belongs to a key. A bucket's records follow its keys. */
static __always_inline gm_record_t *gm_skb_record(unsigned long *key)
{
	return (gm_record_t *)(key + GM_SKB_WAYS);
}

/*
 * Takes an entry if its key is still @was, and writes @rec. @rec is 0 if the new key is dead: from
 * the cmpxchg() on anybody may take such an entry, so its record, which is 0 already, must not be
 * written.
 */
static __always_inline bool gm_skb_claim(unsigned long *key, unsigned long was, unsigned long skb,
					 gm_record_t rec)
{
	if (cmpxchg(key, was, skb) != was)
		return false;
	if (rec)
		WRITE_ONCE(*gm_skb_record(key), rec);
	return true;
}

/* Counts the entries that may be taken: those that are free or dead. */
static unsigned int gm_skb_room_in(const struct gm_skb_bucket *bucket)
{
	const unsigned long *key = bucket->key, *end = key + GM_SKB_WAYS;
	unsigned int room = 0;

	for (; key < end; key++)
		room += !READ_ONCE(*key) || gm_is_dead(READ_ONCE(*key));
	return room;
}

static bool gm_skb_settle(struct gm_skb_bucket *bucket, unsigned long skb, gm_record_t rec)
{
	unsigned long *key, was, *end = bucket->key + GM_SKB_WAYS;

	for (key = bucket->key; key < end; key++) {
		if (!READ_ONCE(*key) && gm_skb_claim(key, 0, skb, rec))
			return true;
	}
	for (key = bucket->key; key < end; key++) {
		was = READ_ONCE(*key);
		if (gm_is_dead(was) && gm_skb_claim(key, was, skb, rec))
			return true;
	}
	return false;
}

/* With this much room in the first bucket, there is no need to see whether the other has more. */
#define GM_SKB_SPACIOUS	(GM_SKB_WAYS - 2)

static bool gm_skb_settle_in(struct gm_skb_homes home, unsigned long skb, gm_record_t rec)
{
	/* Entries are taken from the front, so if this one is free, those after it are, too. */
	const unsigned long *middle = home.first->key + GM_SKB_WAYS - GM_SKB_SPACIOUS;
	struct gm_skb_bucket *best = home.first;

	if (READ_ONCE(*middle) && gm_skb_room_in(home.first) < gm_skb_room_in(home.other))
		best = home.other;
	return gm_skb_settle(best, skb, rec) ||
	       gm_skb_settle(best == home.first ? home.other : home.first, skb, rec);
}

enum gm_skb_birth gm_skb_map_add(struct gm_skb_map *map, const void *address, gm_record_t rec,
				 gm_record_t *old)
{
	unsigned long *key, skb = (unsigned long)address;
	struct gm_skb_homes home = gm_skb_homes(map, skb);

	key = gm_skb_in(home.first, skb) ?: gm_skb_in(home.other, skb);
	if (key && READ_ONCE(*key) == skb) {
		*old = xchg(gm_skb_record(key), rec);
		return GM_SKB_REBORN;
	}
	/* If this fails, somebody else has taken the dead entry: the address has none any more. */
	if (key && gm_skb_claim(key, skb | GM_SKB_DEAD, skb, rec))
		return GM_SKB_BORN;
	return gm_skb_settle_in(home, skb, rec) ? GM_SKB_BORN : GM_SKB_NO_ROOM;
}

enum gm_skb_death gm_skb_map_remove(struct gm_skb_map *map, const void *address, bool last,
				    gm_record_t *rec)
{
	unsigned long *key, skb = (unsigned long)address;

	key = gm_skb_find(map, skb);
	if (unlikely(!key)) {
		/* Note the death, so that the next hook on the path does not count another one. */
		if (!last)
			gm_skb_settle_in(gm_skb_homes(map, skb), skb | GM_SKB_DEAD, 0);
		return GM_SKB_UNKNOWN;
	}
	if (READ_ONCE(*key) != skb) {
		/* If this fails, somebody else has taken the entry, which is as good. */
		if (last)
			cmpxchg(key, skb | GM_SKB_DEAD, 0);
		return GM_SKB_DIED;
	}
	*rec = xchg(gm_skb_record(key), 0);
	/* Whoever takes the entry from here on finds its record cleared. */
	smp_store_release(key, last ? 0 : skb | GM_SKB_DEAD);
	return GM_SKB_DIES;
}

gm_record_t gm_skb_map_get(const struct gm_skb_map *map, const void *address)
{
	unsigned long *key = gm_skb_find(map, (unsigned long)address);

	if (!key || READ_ONCE(*key) != (unsigned long)address)
		return 0;
	return READ_ONCE(*gm_skb_record(key));
}

static void gm_skb_bucket_walk(const struct gm_skb_bucket *bucket,
			       void (*fn)(void *ctx, const struct gm_skb_entry *entry), void *ctx)
{
	struct gm_skb_entry entry;
	unsigned int i;

	for (i = 0; i < GM_SKB_WAYS; i++) {
		entry.key = &bucket->key[i];
		entry.record = &bucket->record[i];
		entry.skb = READ_ONCE(*entry.key);
		if (!entry.skb || gm_is_dead(entry.skb))
			continue;
		entry.rec = READ_ONCE(*entry.record);
		if (entry.rec)
			fn(ctx, &entry);
	}
}

bool gm_skb_map_walk(const struct gm_skb_map *map, unsigned long *cursor, unsigned long buckets,
		     void (*fn)(void *ctx, const struct gm_skb_entry *entry), void *ctx)
{
	for (; *cursor < BIT(map->bits); (*cursor)++) {
		if (!buckets--)
			return true;
		gm_skb_bucket_walk(&map->bucket[*cursor], fn, ctx);
	}
	return false;
}

void gm_skb_map_clamp(struct gm_skb_map *map, u64 clock)
{
	unsigned long n;
	unsigned int i;

	for (n = 0; n < BIT(map->bits); n++) {
		for (i = 0; i < GM_SKB_WAYS; i++)
			gm_record_clamp(&map->bucket[n].record[i], clock);
		cond_resched();
	}
}

static unsigned int gm_skb_map_bits(unsigned long max)
{
	max = min(max, GM_SKB_MAP_MAX);
	return ilog2(roundup_pow_of_two(max < GM_SKB_MAP_MIN ? GM_SKB_MAP_MIN : max)) -
	       ilog2(GM_SKB_WAYS);
}

size_t gm_skb_map_estimate(unsigned long max)
{
	return sizeof(struct gm_skb_bucket) << gm_skb_map_bits(max);
}

void gm_skb_map_clear(struct gm_skb_map *map)
{
	gm_arm_zero(map->bucket, array_size(BIT(map->bits), sizeof(*map->bucket)));
}

int gm_skb_map_init(struct gm_skb_map *map, unsigned long max)
{
	map->bits = gm_skb_map_bits(max);
	map->bucket = gm_arm_vzalloc(gm_skb_map_estimate(max));
	return map->bucket ? 0 : -ENOMEM;
}

void gm_skb_map_destroy(struct gm_skb_map *map)
{
	vfree(map->bucket);
	map->bucket = NULL;
}
