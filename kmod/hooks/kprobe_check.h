/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Checks whether the kernel calls kprobes that are attached.
 *
 * An operator can disarm all kprobes (debugfs kprobes/enabled), or those that are called by ftrace
 * (sysctl kernel.ftrace_enabled). The owner of a kprobe is not told, and just sees no more events.
 * So a function of this module has a kprobe, and is called from time to time.
 */
#ifndef GHOSTMEM_HOOKS_KPROBE_CHECK_H
#define GHOSTMEM_HOOKS_KPROBE_CHECK_H

#include <linux/kprobes.h>
#include <linux/types.h>

/*
 * Called when the module is loaded and unloaded. The kprobe is registered all the time in between,
 * but the function is patched only while checks are made: registering it takes a reference on the
 * module for a moment, during which rmmod would fail.
 */
void gm_kprobe_check_init(void);
void gm_kprobe_check_exit(void);

/*
 * Start and stop a check every second; calls nest. The caller serialises them. If the kernel does
 * not allow the function to be probed, nothing is known. Both sleep.
 */
void gm_kprobe_check_start(void);
void gm_kprobe_check_stop(void);

/**
 * struct gm_deafness - what is known of kprobes
 * @now:	kprobes are not called at present
 * @ms:		total time for which they were not called since the check was first started, in
 *		milliseconds; up to a second too much each time
 */
struct gm_deafness {
	bool now;
	u64 ms;
};

/* Makes a check now, and returns what is known. Sleeps. */
struct gm_deafness gm_kprobe_check(void);

/*
 * Whether the result of the check holds for @kp, which is attached: the kernel has two ways to call
 * kprobes.
 */
bool gm_kprobe_check_covers(struct kprobe *kp);

#endif /* GHOSTMEM_HOOKS_KPROBE_CHECK_H */
