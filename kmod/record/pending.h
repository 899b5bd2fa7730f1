/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ranges of pages that were allocated at once and whose records are written later.
 *
 * A huge page of 1 GiB has 262,144 records. Its allocation must not write them all with preemption
 * off: it notes the range, and a worker writes the records chunk by chunk. A free or a move of one
 * of its pages before that writes the chunk of the page first (gm_pending_settle()).
 *
 * Whoever clears the bit of a chunk in @todo writes it, and then clears its bit in @busy; until
 * then others who need the chunk wait. Interrupts are off between the two, so that nobody waits
 * for code that it has interrupted, nor longer than it takes to write a chunk.
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

/* The most ranges that may be noted at a time; further ones are written immediately. */
#define GM_PENDING_RANGES	32
#define GM_PENDING_CHUNK_SHIFT	7
#define GM_PENDING_CHUNK	BIT(GM_PENDING_CHUNK_SHIFT)
#define GM_PENDING_CHUNKS	2048
/* Longer ranges are noted in parts. */
#define GM_PENDING_PAGES	(GM_PENDING_CHUNKS * GM_PENDING_CHUNK)

/*
 * Writes the records of a part of a range. @rec and @level are those of the range. Any context,
 * preemption off.
 */
typedef void (*gm_pending_write_t)(void *ctx, unsigned long pfn, unsigned long nr,
				   gm_record_t rec, u32 level);

/**
 * struct gm_pending_range - a range
 * @state:	enum gm_pending_state; while it is GM_PENDING_TAKEN, the other fields belong to
 *		whoever has set it
 * @pfn:	its first page frame
 * @nr:		number of page frames, up to GM_PENDING_PAGES
 * @rec:	what the pages are recorded as
 * @level:	level at which they are sampled
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
 * @nr:		number of ranges that are noted; if it is 0, @range is not searched
 * @range:	the ranges
 * @write:	writes a chunk
 * @ctx:	first argument of @write
 * @call:	queues @worker
 * @worker:	writes the chunks that nobody else has written
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

/*
 * Forgets all ranges, also those half written. Nobody may call gm_pending_add() or
 * gm_pending_settle() meanwhile. Sleeps.
 */
void gm_pending_drop(struct gm_pending *p);

/*
 * Has the @nr frames from @pfn on, which have just been allocated, recorded: later, or now if
 * there is no room to note the range. Any context, preemption off.
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
