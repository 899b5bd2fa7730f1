/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ranges of pages that were allocated at once and whose records are written later.
 *
 * A huge page of 1 GiB has 262,144 records. Who allocates it does not wait for them with preemption
 * off: the range is noted, and a worker writes the records chunk by chunk. Who frees or moves
 * a page of it before that has its chunk written first (gm_pending_settle()).
 *
 * A chunk is written by who takes its bit of @todo; until it has cleared that of @busy, others who
 * need the chunk wait for it. Interrupts are off from the one to the other, so that
 * nobody waits for what it has interrupted, and no longer than writing a chunk takes.
 */
#ifndef GHOSTMEM_RECORD_PENDING_H
#define GHOSTMEM_RECORD_PENDING_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/irq_work.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "tables/page_record.h"

/* Ranges that may be noted at a time; further ones are written at once. */
#define GM_PENDING_RANGES	32
#define GM_PENDING_CHUNK_SHIFT	7
#define GM_PENDING_CHUNK	BIT(GM_PENDING_CHUNK_SHIFT)
#define GM_PENDING_CHUNKS	2048
/* Longer ones are noted in parts. */
#define GM_PENDING_PAGES	(GM_PENDING_CHUNKS * GM_PENDING_CHUNK)

/* A part of a range. @rec and @level are those of the range. Any context, interrupts off. */
typedef void (*gm_pending_write_t)(void *ctx, unsigned long pfn, unsigned long nr,
				   gm_record_t rec, u32 level);

/**
 * struct gm_pending_range - a range
 * @state:	enum gm_pending_state; all others are of who made it what it is
 * @pfn:	its first page frame
 * @nr:		of them, up to GM_PENDING_PAGES
 * @rec:	what they are recorded as
 * @level:	at which they are sampled
 * @todo:	chunks that nobody has begun to write
 * @busy:	chunks that are not written yet
 */
struct gm_pending_range {
	atomic_t state;
	unsigned long pfn;
	unsigned long nr;
	gm_record_t rec;
	u32 level;
	unsigned long todo[BITS_TO_LONGS(GM_PENDING_CHUNKS)];
	unsigned long busy[BITS_TO_LONGS(GM_PENDING_CHUNKS)];
};

/**
 * struct gm_pending - an instance
 * @nr:		ranges that are noted; where this is 0 nobody looks further
 * @range:	the ranges
 * @write:	writes a chunk
 * @ctx:	for @write
 * @call:	calls the worker
 * @worker:	writes what nobody has written
 */
struct gm_pending {
	atomic_t nr;
	struct gm_pending_range range[GM_PENDING_RANGES];
	gm_pending_write_t write;
	void *ctx;
	struct irq_work call;
	struct work_struct worker;
};

void gm_pending_init(struct gm_pending *p, gm_pending_write_t write, void *ctx);

/* Forgets all ranges, also those half written. Nobody calls the two below now. Sleeps. */
void gm_pending_drop(struct gm_pending *p);

/*
 * Has the @nr frames from @pfn on recorded: later, or now where there is no room to note it. They
 * have just been allocated. Any context, preemption off.
 */
void gm_pending_add(struct gm_pending *p, unsigned long pfn, unsigned long nr, gm_record_t rec,
		    u32 level);

static __always_inline bool gm_pending_any(const struct gm_pending *p)
{
	return atomic_read(&p->nr);
}

void __gm_pending_settle(struct gm_pending *p, unsigned long pfn, unsigned long nr);

/* Returns when no record of the @nr frames from @pfn on is pending. Any context, preemption off. */
static inline void gm_pending_settle(struct gm_pending *p, unsigned long pfn, unsigned long nr)
{
	if (unlikely(gm_pending_any(p)))
		__gm_pending_settle(p, pfn, nr);
}

#endif /* GHOSTMEM_RECORD_PENDING_H */
