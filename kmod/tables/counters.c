// SPDX-License-Identifier: GPL-2.0
#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "tables/counters.h"

const struct gm_lost_reason gm_lost_reasons[] = {
	[GM_LOST_RECURSION] = {
		"recursion", "an event inside a hook, same CPU and context; not recorded"
	},
	[GM_LOST_NMI] = {
		"nmi", "an event in a non-maskable interrupt; not recorded"
	},
	[GM_LOST_NO_LEAF] = {
		"unmapped", "a page outside the memory known to be online; not recorded",
		GM_LOST_OF_PAGES
	},
	[GM_LOST_STALE] = {
		"stale", "allocated again while still recorded: a free was unseen; corrected",
		GM_LOST_OF_PAGES
	},
	[GM_LOST_OFFLINED] = {
		"offlined", "still recorded when their memory went offline; counted as freed",
		GM_LOST_OF_PAGES
	},
	[GM_LOST_SITES_FULL] = {
		"sites_full", "the site table was full: counted exactly, but under (other)"
	},
	[GM_LOST_NO_STACK] = {
		"no_stack", "the stack could not be read: counted exactly, without a name"
	},
	[GM_LOST_NO_CALLER] = {
		"no_caller", "tracers hid the return address: counted exactly, without a name"
	},
	[GM_LOST_BULK_LONG] = {
		"bulk_long", "pages beyond the 1024th of one bulk request; not recorded",
		GM_LOST_OF_PAGES
	},
	[GM_LOST_STACK_WRONG] = {
		"stack_wrong", "the fast walk took another stack (verify_stacks=1); corrected"
	},
	[GM_LOST_STACK_SHORT] = {
		"stack_short", "too little stack was left to unwind it: counted, under fewer frames"
	},
	[GM_LOST_SKB_ROOM] = {
		"skb_room", "born while there was no room for another record; not recorded",
		GM_LOST_OF_SKBS
	},
	[GM_LOST_SKB_REBORN] = {
		"skb_reborn", "born while still recorded: a death was unseen; corrected",
		GM_LOST_OF_SKBS
	},
};

static_assert(ARRAY_SIZE(gm_lost_reasons) == __GM_LOST_MAX);

void gm_counters_sum(const struct gm_counters __percpu *counters, struct gm_counters *sum)
{
	int cpu, i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct gm_counters *c = per_cpu_ptr(counters, cpu);

		for (i = 0; i < __GM_LOST_MAX; i++)
			sum->lost[i] += READ_ONCE(c->lost[i]);
		for (i = 0; i < __GM_EVENT_MAX; i++)
			sum->events[i] += READ_ONCE(c->events[i]);
		sum->unknown += READ_ONCE(c->unknown);
		sum->stacks_unwound += READ_ONCE(c->stacks_unwound);
		sum->stacks_verified += READ_ONCE(c->stacks_verified);
	}
}

void gm_counters_clear(struct gm_counters __percpu *counters)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(counters, cpu), 0, sizeof(struct gm_counters));
}
