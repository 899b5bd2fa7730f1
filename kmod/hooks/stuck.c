// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks that the kernel fails to detach. See stuck.h.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/poison.h>
#include <linux/sched.h>

#include "hooks/stuck.h"

/* Needs no lock: hooks are detached one at a time. */
static bool gm_stuck;

bool gm_kprobe_is_stuck(const struct kprobe *kp)
{
	/* unregister_kprobes() returns nothing, but clears the address if it has failed. */
	if (kp->addr)
		return false;
	/*
	 * It also fails for a kprobe that is not in the table: 7.2 reports success for a kprobe
	 * that it has taken out again because ftrace refused it. A kprobe that is in the table is
	 * listed by itself, or with others of the same address.
	 */
	return kp->hlist.pprev != LIST_POISON2 || !list_empty(&kp->list);
}

void gm_hook_is_stuck(const char *what)
{
	if (gm_stuck)
		return;
	gm_stuck = true;
	pr_err("ghostmem: ftrace has failed, see above, and does not let go of %s: the module stays until the next boot\n",
	       what);
	if (THIS_MODULE->state == MODULE_STATE_LIVE && try_module_get(THIS_MODULE))
		return;
	/* The module is being unloaded, or has not been loaded yet. */
	for (;;)
		schedule_timeout_idle(MAX_SCHEDULE_TIMEOUT);
}

bool gm_hooks_stuck(void)
{
	return gm_stuck;
}
