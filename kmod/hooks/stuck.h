/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hooks that the kernel fails to detach.
 *
 * When ftrace finds something that it does not understand, it turns itself off: it goes on calling
 * the callbacks that it called before, and removes none. A kprobe that it calls then stays in the
 * kernel's table of kprobes as well. So neither text nor data of this module may be freed.
 */
#ifndef GHOSTMEM_HOOKS_STUCK_H
#define GHOSTMEM_HOOKS_STUCK_H

#include <linux/kprobes.h>
#include <linux/types.h>

/* Whether @kp, which has just been unregistered, is still in the kernel's table. */
bool gm_kprobe_is_stuck(const struct kprobe *kp);

/*
 * Handles that @what stays attached: holds the module until the next boot, and logs that. Sleeps;
 * does not return if the module is being loaded or unloaded, because nothing else keeps it then.
 */
void gm_hook_is_stuck(const char *what);

/*
 * Whether gm_hook_is_stuck() was called. Then no kprobe must be registered any more: the kernel
 * may have it in a list already.
 */
bool gm_hooks_stuck(void);

#endif /* GHOSTMEM_HOOKS_STUCK_H */
