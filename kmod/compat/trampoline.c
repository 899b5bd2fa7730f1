// SPDX-License-Identifier: GPL-2.0
/*
 * Trampolines in place of return addresses. See trampoline.h.
 *
 * The kretprobes' trampoline was renamed to __kretprobe_trampoline by adf8a61a940c (5.15), and
 * replaced by that of rethooks with 73f9b911faa7 (5.18). The unwinder asks kretprobes since the
 * former; before, only return handlers get the true address (kretprobe.h).
 */
#include <linux/kernel.h>

#include "lookup.h"
#include "trampoline.h"
#include "unwind.h"

struct gm_trampolines gm_trampolines;

void gm_trampolines_init(void)
{
	static const char * const names[] = {
		"arch_rethook_trampoline", "__kretprobe_trampoline", "kretprobe_trampoline",
	};
	struct gm_trampolines *t = &gm_trampolines;
	unsigned int i;

	t->graph = gm_lookup_function("return_to_handler", &t->graph_size);
	for (i = 0; i < ARRAY_SIZE(names) && !t->kretprobe; i++)
		t->kretprobe = gm_lookup_function(names[i], &t->kretprobe_size);
}

unsigned long gm_true_return(unsigned long at)
{
	unsigned long ip = gm_unwind_return(at);

	return gm_is_trampoline(ip) ? 0 : ip;
}
