/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hooks that the kernel does not take away.
 *
 * Where ftrace has met something that it does not understand it turns itself off: it goes on
 * calling those that it called, and takes none away. A kprobe that it calls then stays in the
 * kernel's table of kprobes as well. So neither text nor data of this module must go.
 */
#ifndef GHOSTMEM_HOOKS_STUCK_H
#define GHOSTMEM_HOOKS_STUCK_H

#include <linux/kprobes.h>
#include <linux/types.h>

/* Whether @kp, which has just been unregistered, is still in the kernel's table. */
bool gm_kprobe_is_stuck(const struct kprobe *kp);

/*
 * @what stays: holds the module until the next boot, and logs that. Sleeps; and does not return if
 * the module is being loaded or unloaded, because then nothing else keeps it.
 */
void gm_hook_is_stuck(const char *what);

/*
 * Whether that has happened. Then no kprobe is registered any more: the kernel may have it in a
 * list already.
 */
bool gm_hooks_stuck(void);

#endif /* GHOSTMEM_HOOKS_STUCK_H */
