/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The skb map: from the address of an sk_buff to the record of its birth.
 *
 * A hash table of buckets that are a cache line of keys and one of records each. An sk_buff
 * belongs into either of two buckets, the one that has more room; so none overflows until the
 * table is nearly full. All is allocated when the table is made. Adding and removing look at
 * two buckets and no further: they are wait-free, go in any context, and nest.
 *
 * An address belongs to whoever allocates or frees it, from before it is added until after it
 * was removed: nobody else writes to the entry that has it. What is free or dead is anybody's.
 *
 * Deaths may be told more than once, by each hook on the way: from the first on an entry is
 * dead, which counts as free but still knows its address.
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

/* In a key: no sk_buff has an odd address. */
#define GM_SKB_DEAD		1UL

/**
 * struct gm_skb_bucket - some entries
 * @key:	an address, perhaps with GM_SKB_DEAD; 0 is free
 * @record:	of one that lives; all others' are 0, and so is one that is just being added
 */
struct gm_skb_bucket {
	unsigned long key[GM_SKB_WAYS];
	gm_record_t record[GM_SKB_WAYS];
} ____cacheline_aligned;

/**
 * struct gm_skb_map - an instance of the table
 * @bucket:	a power of two of them
 * @bits:	that power
 */
struct gm_skb_map {
	struct gm_skb_bucket *bucket;
	unsigned int bits;
};

/* Room for @max, rounded up to a power of two, from GM_SKB_MAP_MIN on. 0 or -ENOMEM. Sleeps. */
int gm_skb_map_init(struct gm_skb_map *map, unsigned long max);
void gm_skb_map_destroy(struct gm_skb_map *map);

/* Forgets all. The hooks are stopped. */
void gm_skb_map_clear(struct gm_skb_map *map);

/* Bytes of memory that a table for @max takes. */
size_t gm_skb_map_estimate(unsigned long max);

static inline unsigned long gm_skb_map_room(const struct gm_skb_map *map)
{
	return GM_SKB_WAYS << map->bits;
}

enum gm_skb_birth {
	GM_SKB_BORN,
	GM_SKB_REBORN,	/* it lived already: its death was not seen */
	GM_SKB_NO_ROOM,
};

/*
 * @skb is born, with the record @rec. Of one that is reborn *@old is the record before. Any
 * context, with preemption off; likewise those below.
 */
enum gm_skb_birth gm_skb_map_add(struct gm_skb_map *map, const void *skb, gm_record_t rec,
				 gm_record_t *old);

enum gm_skb_death {
	GM_SKB_DIES,
	GM_SKB_DIED,	/* has been told before */
	GM_SKB_UNKNOWN,
};

/*
 * @skb dies; *@rec was its record. @last: nobody tells of this death after that, so that the
 * entry need not know it.
 */
enum gm_skb_death gm_skb_map_remove(struct gm_skb_map *map, const void *skb, bool last,
				    gm_record_t *rec);

/* The record of @skb if it lives, or 0. */
gm_record_t gm_skb_map_get(const struct gm_skb_map *map, const void *skb);

/**
 * struct gm_skb_entry - one that lives, or did until just now
 * @skb:	its address
 * @rec:	its record
 * @key:	where they are
 * @record:	likewise
 */
struct gm_skb_entry {
	unsigned long skb;
	gm_record_t rec;
	const unsigned long *key;
	const gm_record_t *record;
};

/* It has not died meanwhile. Or it has, and was born again by the same in the same second. */
static inline bool gm_skb_entry_lives(const struct gm_skb_entry *entry)
{
	return READ_ONCE(*entry->record) == entry->rec && READ_ONCE(*entry->key) == entry->skb;
}

/*
 * Calls @fn for those that live in at most @buckets buckets from *@cursor on, which starts as 0,
 * and moves it. False when there are no more. Hooks may run.
 */
bool gm_skb_map_walk(const struct gm_skb_map *map, unsigned long *cursor, unsigned long buckets,
		     void (*fn)(void *ctx, const struct gm_skb_entry *entry), void *ctx);

/* Keeps ages beyond GM_AGE_MAX from wrapping; due every GM_CLAMP_PERIOD seconds. Sleeps. */
void gm_skb_map_clamp(struct gm_skb_map *map, u64 clock);

#endif /* GHOSTMEM_TABLES_SKB_TABLE_H */
