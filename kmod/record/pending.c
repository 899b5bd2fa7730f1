// SPDX-License-Identifier: GPL-2.0
/*
 * Records that are written later. See pending.h.
 *
 * Ranges are accessed with preemption off, so that synchronize_rcu() waits for all users of a range
 * before its slot is reused.
 */
#include <linux/bitmap.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "compat/workqueue.h"
#include "record/pending.h"

enum gm_pending_state {
	GM_PENDING_FREE,
	GM_PENDING_TAKEN,
	GM_PENDING_NOTED,
};

static void gm_chunk_write(struct gm_pending *p, const struct gm_pending_range *range,
			   unsigned int chunk)
{
	unsigned long at = (unsigned long)chunk << GM_PENDING_CHUNK_SHIFT;

	p->write(p->ctx, range->pfn + at, min(GM_PENDING_CHUNK, range->nr - at), range->rec,
		 range->level);
}

static void gm_chunk_settle(struct gm_pending *p, struct gm_pending_range *range,
			    unsigned int chunk)
{
	unsigned long flags;

	local_irq_save(flags);
	if (test_and_clear_bit(chunk, range->todo)) {
		gm_chunk_write(p, range, chunk);
		/* Whoever sees the bit cleared also sees the records. */
		clear_bit_unlock(chunk, range->busy);
	} else {
		while (test_bit(chunk, range->busy))
			cpu_relax();
		/* Pairs with clear_bit_unlock(). */
		smp_rmb();
	}
	local_irq_restore(flags);
}

static unsigned int gm_chunks(const struct gm_pending_range *range)
{
	return DIV_ROUND_UP(range->nr, GM_PENDING_CHUNK);
}

void __gm_pending_settle(struct gm_pending *p, unsigned long pfn, unsigned long nr)
{
	struct gm_pending_range *range;

	for (range = p->range; range < p->range + GM_PENDING_RANGES; range++) {
		unsigned long begin, end;

		/* Pairs with atomic_set_release() in gm_pending_note(). */
		if (atomic_read_acquire(&range->state) != GM_PENDING_NOTED)
			continue;
		begin = max(pfn, range->pfn);
		end = min(pfn + nr, range->pfn + range->nr);
		for (; begin < end; begin = round_up(begin - range->pfn + 1, GM_PENDING_CHUNK) +
					    range->pfn)
			gm_chunk_settle(p, range, (begin - range->pfn) >> GM_PENDING_CHUNK_SHIFT);
	}
}

static bool gm_pending_note(struct gm_pending *p, unsigned long pfn, unsigned long nr,
			    gm_record_t rec, u32 level)
{
	struct gm_pending_range *range;

	for (range = p->range; range < p->range + GM_PENDING_RANGES; range++) {
		if (atomic_cmpxchg(&range->state, GM_PENDING_FREE, GM_PENDING_TAKEN) !=
		    GM_PENDING_FREE)
			continue;
		range->pfn = pfn;
		range->nr = nr;
		range->rec = rec;
		range->level = level;
		bitmap_set(range->todo, 0, gm_chunks(range));
		bitmap_set(range->busy, 0, gm_chunks(range));
		atomic_inc(&p->nr);
		atomic_set_release(&range->state, GM_PENDING_NOTED);
		return true;
	}
	return false;
}

void gm_pending_add(struct gm_pending *p, unsigned long pfn, unsigned long nr, gm_record_t rec,
		    u32 level)
{
	unsigned long part;

	for (; nr; pfn += part, nr -= part) {
		part = min(nr, GM_PENDING_PAGES);
		if (!gm_pending_note(p, pfn, part, rec, level))
			p->write(p->ctx, pfn, part, rec, level);
	}
	/* The interrupted code may hold any lock, so the worker is not queued from here. */
	irq_work_queue(&p->call);
}

static void gm_pending_call(struct irq_work *call)
{
	struct gm_pending *p = container_of(call, struct gm_pending, call);

	queue_work(gm_unbound_wq, &p->worker);
}

/* Writes the chunks of a range that are not written yet, with preemption on between chunks. */
static void gm_range_settle(struct gm_pending *p, struct gm_pending_range *range)
{
	unsigned int chunk;

	for (chunk = 0; chunk < gm_chunks(range); chunk++) {
		/* The page map's leaves are accessed with preemption off. */
		preempt_disable();
		gm_chunk_settle(p, range, chunk);
		preempt_enable();
		cond_resched();
	}
}

static void gm_pending_work(struct work_struct *work)
{
	struct gm_pending *p = container_of(work, struct gm_pending, worker);
	struct gm_pending_range *range;

	for (range = p->range; range < p->range + GM_PENDING_RANGES; range++) {
		if (atomic_read_acquire(&range->state) != GM_PENDING_NOTED)
			continue;
		gm_range_settle(p, range);
		/* Waits until whoever found a record not yet written has searched the ranges. */
		synchronize_rcu();
		/* Nobody starts to use the range from here on; after the wait nobody uses it. */
		atomic_set(&range->state, GM_PENDING_TAKEN);
		atomic_dec(&p->nr);
		synchronize_rcu();
		atomic_set_release(&range->state, GM_PENDING_FREE);
	}
}

void gm_pending_init(struct gm_pending *p, gm_pending_write_t write, void *ctx)
{
	memset(p, 0, sizeof(*p));
	p->write = write;
	p->ctx = ctx;
	init_irq_work(&p->call, gm_pending_call);
	INIT_WORK(&p->worker, gm_pending_work);
}

void gm_pending_drop(struct gm_pending *p)
{
	irq_work_sync(&p->call);
	cancel_work_sync(&p->worker);
	gm_pending_init(p, p->write, p->ctx);
}
