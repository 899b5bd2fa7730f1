// SPDX-License-Identifier: GPL-2.0
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>

#include "record/fuse.h"

static void gm_fuse_report(struct irq_work *work)
{
	struct gm_fuse *f = container_of(work, struct gm_fuse, work);

	pr_err("ghostmem: %s turned itself off: %s\n", f->of, READ_ONCE(f->blown));
}

void gm_fuse_init(struct gm_fuse *f, const char *of)
{
	f->state = GM_FUSE_OFF;
	f->prover = NULL;
	f->of = of;
	f->blown = NULL;
	init_irq_work(&f->work, gm_fuse_report);
}

void gm_fuse_blow(struct gm_fuse *f, const char *why)
{
	if (cmpxchg(&f->blown, NULL, why))
		return;
	WRITE_ONCE(f->state, GM_FUSE_OFF);
	/* printk() here could wait for a lock that the interrupted code holds. */
	irq_work_queue(&f->work);
}

void gm_fuse_on(struct gm_fuse *f)
{
	/* Pairs with smp_load_acquire() in gm_fuse_is_on() and gm_fuse_admits(). */
	smp_store_release(&f->state, GM_FUSE_ON);
	/*
	 * It may have been blown while the hooks were proven, or concurrently. Pairs with the
	 * cmpxchg() in gm_fuse_blow().
	 */
	smp_mb();
	if (READ_ONCE(f->blown))
		WRITE_ONCE(f->state, GM_FUSE_OFF);
}

void gm_fuse_prove(struct gm_fuse *f)
{
	WRITE_ONCE(f->prover, current);
	/* Pairs with smp_load_acquire() in gm_fuse_is_on() and gm_fuse_admits(). */
	smp_store_release(&f->state, GM_FUSE_PROVING);
}

void gm_fuse_off(struct gm_fuse *f)
{
	WRITE_ONCE(f->state, GM_FUSE_OFF);
	WRITE_ONCE(f->prover, NULL);
	synchronize_rcu();
	irq_work_sync(&f->work);
}
