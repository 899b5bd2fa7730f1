/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The skb map: from the address of an sk_buff to the record of its birth, which is its allocation.
 *
 * A hash table of buckets, each of which is a cache line of keys and one of records. An sk_buff
 * can be in either of two buckets and is put into the one that has more room, so buckets do not
 * overflow until the table is nearly full. All memory is allocated when the table is made. Adding
 * and removing look at these two buckets only: they are wait-free, work in any context, and nest.
 *
 * An address belongs to whoever allocates or frees it, from before it is added until after it is
 * removed: nobody else writes to its entry. Entries that are free or dead may be taken by anybody.
 *
 * The death of an sk_buff (its free) may be reported more than once, by each hook on the path. From
 * the first report on its entry is dead, which counts as free but still has the address.
 */
#ifndef GHOSTMEM_TABLES_SKB_TABLE_H
#define GHOSTMEM_TABLES_SKB_TABLE_H

#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "tables/page_record.h"

#define GM_SKB_WAYS		8
#define GM_SKB_MAP_MIN		(BIT(6) * GM_SKB_WAYS)
#define GM_SKB_MAP_MAX		(BIT(19) * GM_SKB_WAYS)

/* Flag in a key: no sk_buff has an odd address. */
#define GM_SKB_DEAD		1UL

/**
 * struct gm_skb_bucket - GM_SKB_WAYS entries
 * @key:	an address, with GM_SKB_DEAD if it is dead; 0 is free
 * @record:	the record of a live entry; 0 in all other entries, and in one just being added
 */
struct gm_skb_bucket {
	unsigned long key[GM_SKB_WAYS];
	gm_record_t record[GM_SKB_WAYS];
} ____cacheline_aligned;

/**
 * struct gm_skb_map - an instance of the table
 * @bucket:	the buckets, 2^@bits of them
 * @bits:	binary logarithm of their number
 */
struct gm_skb_map {
	struct gm_skb_bucket *bucket;
	unsigned int bits;
};

/*
 * Makes a table with room for @max, rounded up to a power of two and kept within GM_SKB_MAP_MIN and
 * GM_SKB_MAP_MAX. Returns 0 or -ENOMEM. Sleeps.
 */
int gm_skb_map_init(struct gm_skb_map *map, unsigned long max);
void gm_skb_map_destroy(struct gm_skb_map *map);

/* Forgets all entries. The hooks have to be stopped. */
void gm_skb_map_clear(struct gm_skb_map *map);

/* Bytes of memory that a table for @max would take. */
size_t gm_skb_map_estimate(unsigned long max);

static inline unsigned long gm_skb_map_room(const struct gm_skb_map *map)
{
	return GM_SKB_WAYS << map->bits;
}

enum gm_skb_birth {
	GM_SKB_BORN,
	GM_SKB_REBORN,	/* it was alive already: its death was not seen */
	GM_SKB_NO_ROOM,
};

/*
 * Adds @skb with the record @rec. If it is reborn, *@old is its previous record. Any context, with
 * preemption off; the same holds for the functions below.
 */
enum gm_skb_birth gm_skb_map_add(struct gm_skb_map *map, const void *skb, gm_record_t rec,
				 gm_record_t *old);

enum gm_skb_death {
	GM_SKB_DIES,
	GM_SKB_DIED,	/* this death has been reported before */
	GM_SKB_UNKNOWN,
};

/*
 * Removes @skb; *@rec is the record that it had. @last: no later hook reports the same death, so
 * that the entry need not keep the address.
 */
enum gm_skb_death gm_skb_map_remove(struct gm_skb_map *map, const void *skb, bool last,
				    gm_record_t *rec);

/* Returns the record of @skb if it is alive, or else 0. */
gm_record_t gm_skb_map_get(const struct gm_skb_map *map, const void *skb);

/**
 * struct gm_skb_entry - an sk_buff that is alive, or was until just now
 * @skb:	its address
 * @rec:	its record
 * @key:	where the table has its address
 * @record:	where the table has its record
 */
struct gm_skb_entry {
	unsigned long skb;
	gm_record_t rec;
	const unsigned long *key;
	const gm_record_t *record;
};

/*
 * Whether the entry is unchanged: the sk_buff is still alive, or it has died and was born again by
 * the same task and on the same site within the same second.
 */
static inline bool gm_skb_entry_lives(const struct gm_skb_entry *entry)
{
	return READ_ONCE(*entry->record) == entry->rec && READ_ONCE(*entry->key) == entry->skb;
}

/*
 * Calls @fn for the live entries of at most @buckets buckets from *@cursor on, and advances
 * *@cursor, which starts as 0. Returns false when there are no more. Hooks may run.
 */
bool gm_skb_map_walk(const struct gm_skb_map *map, unsigned long *cursor, unsigned long buckets,
		     void (*fn)(void *ctx, const struct gm_skb_entry *entry), void *ctx);

/* Keeps ages beyond GM_AGE_MAX from wrapping; to be called every GM_CLAMP_PERIOD s. Sleeps. */
void gm_skb_map_clamp(struct gm_skb_map *map, u64 clock);

#endif /* GHOSTMEM_TABLES_SKB_TABLE_H */
