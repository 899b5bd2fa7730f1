// SPDX-License-Identifier: GPL-2.0
/*
 * The governor. See governor.h.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/timekeeping.h>
#include <asm/tsc.h>

#include "compat/workqueue.h"
#include "upkeep/governor.h"

#define GM_MILLION	1000000ULL

/* Returns how many pages the machine has allocated plus how many it has freed since boot. */
static u64 gm_pages_turned(void)
{
	static unsigned long events[NR_VM_EVENT_ITEMS]; /* 1 KB; callers never overlap */
	u64 pages;
	int zone;

	all_vm_events(events);
	pages = events[PGFREE];
	for (zone = 0; zone < MAX_NR_ZONES; zone++)
		pages += events[PGALLOC_NORMAL - ZONE_NORMAL + zone];
	return pages;
}

static u64 gm_pairs(const struct gm_recorder *r)
{
	struct gm_counters sum;

	if (r->sampled)
		return gm_pages_turned() / 2;
	gm_counters_sum(r->counters, &sum);
	return (sum.events[GM_EVENT_ALLOC] + sum.events[GM_EVENT_FREE]) / 2;
}

static u64 gm_cycles_to_ns(u64 cycles)
{
	return tsc_khz ? mul_u64_u32_div(cycles, 1000000, tsc_khz) : 0;
}

static void gm_govern(struct gm_governor *g, u64 events_ppm, u64 samples_ppm)
{
	mutex_lock(&g->levels);
	gm_recorder_sample_at(g->r, gm_governor_next(g->r->sampler.level, g->base, g->budget_ppm,
						     events_ppm, samples_ppm));
	mutex_unlock(&g->levels);
}

/* Reads the counters, and returns the time elapsed and spent since the last call, in ns. */
static void gm_look(struct gm_governor *g, u64 *ns, u64 *events_ns, u64 *samples_ns)
{
	u64 now = ktime_get_ns(), cycles = gm_sampler_cycles(&g->r->sampler);
	u64 pairs = gm_pairs(g->r);

	/* After a reset the recorder's counters are lower than our last values. */
	*ns = now - g->ns;
	*events_ns = pairs > g->pairs ? (pairs - g->pairs) * g->pair_ns : 0;
	*samples_ns = cycles > g->cycles ? gm_cycles_to_ns(cycles - g->cycles) : 0;
	g->ns = now;
	g->cycles = cycles;
	g->pairs = pairs;
}

static void gm_governor_work(struct work_struct *work)
{
	struct gm_governor *g = container_of(to_delayed_work(work), struct gm_governor, work);
	u64 ns, events_ns, samples_ns, events_ppm, samples_ppm;

	gm_look(g, &ns, &events_ns, &samples_ns);
	ns = max_t(u64, 1, ns * num_online_cpus() / GM_MILLION);
	events_ppm = div64_u64(events_ns, ns);
	samples_ppm = div64_u64(samples_ns, ns);
	WRITE_ONCE(g->cost_ppm, min(events_ppm + samples_ppm, GM_MILLION));
	if (g->r->sampled)
		gm_govern(g, events_ppm, samples_ppm);
	queue_delayed_work(gm_unbound_wq, &g->work, round_jiffies_relative(HZ));
}

void gm_governor_start(struct gm_governor *g, struct gm_recorder *r, u32 pair_ns)
{
	u64 ns, events_ns, samples_ns;

	g->r = r;
	g->pair_ns = pair_ns;
	g->cost_ppm = 0;
	if (r->sampled)
		gm_recorder_sample_at(r, g->base);
	gm_look(g, &ns, &events_ns, &samples_ns);
	queue_delayed_work(gm_unbound_wq, &g->work, round_jiffies_relative(HZ));
}

void gm_governor_stop(struct gm_governor *g)
{
	if (!g->r)
		return;
	cancel_delayed_work_sync(&g->work);
	g->r = NULL;
	g->cost_ppm = 0;
}

void gm_governor_set_budget(struct gm_governor *g, u32 ppm)
{
	mutex_lock(&g->levels);
	WRITE_ONCE(g->budget_ppm, min_t(u32, ppm, GHOSTMEM_BUDGET_PPM_MAX));
	mutex_unlock(&g->levels);
}

/*
 * Sets the recorder's level at once, so that it can be read back; the work applies the budget
 * within a second.
 */
void gm_governor_set_base(struct gm_governor *g, u32 level)
{
	mutex_lock(&g->levels);
	WRITE_ONCE(g->base, clamp_t(u32, level, GHOSTMEM_LEVEL_MIN, GHOSTMEM_LEVEL_MAX));
	if (g->r && g->r->sampled)
		gm_recorder_sample_at(g->r, g->base);
	mutex_unlock(&g->levels);
}

void gm_governor_init(struct gm_governor *g)
{
	/* Not deferrable: the CPU that it waits on may be idle while all others are busy. */
	INIT_DELAYED_WORK(&g->work, gm_governor_work);
	mutex_init(&g->levels);
	g->r = NULL;
	g->budget_ppm = GM_BUDGET_DEFAULT_PPM;
	g->base = GM_LEVEL_DEFAULT;
	g->cost_ppm = 0;
}
