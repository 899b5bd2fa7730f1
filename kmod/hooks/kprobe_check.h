/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether the kernel calls kprobes that are attached.
 *
 * An operator can disarm them all (debugfs kprobes/enabled), and those that ftrace calls as well
 * (sysctl kernel.ftrace_enabled). Whoever has attached one is told nothing of it, and just sees no
 * more events. So a function of our own has a kprobe, and is called once in a while.
 */
#ifndef GHOSTMEM_HOOKS_KPROBE_CHECK_H
#define GHOSTMEM_HOOKS_KPROBE_CHECK_H

#include <linux/kprobes.h>
#include <linux/types.h>

/*
 * While the module loads, and while it goes. The kprobe is registered all that time, though the
 * function is patched only while somebody looks: registering it takes a reference on the module
 * for a moment, in which rmmod would fail.
 */
void gm_kprobe_check_init(void);
void gm_kprobe_check_exit(void);

/*
 * Begins to look every second, and ends it; calls nest. The caller serialises them. Where the
 * kernel does not let the function be probed nothing is known. They sleep.
 */
void gm_kprobe_check_start(void);
void gm_kprobe_check_stop(void);

/**
 * struct gm_deafness - what is known of kprobes
 * @now:	they are not called
 * @ms:		for how long they were not, in all, since the first start of the check, in
 *		milliseconds; up to a second too much each time
 */
struct gm_deafness {
	bool now;
	u64 ms;
};

/* Looks now. Sleeps. */
struct gm_deafness gm_kprobe_check(void);

/* Whether it is known of @kp, which is attached: the kernel has two ways to call kprobes. */
bool gm_kprobe_check_covers(struct kprobe *kp);

#endif /* GHOSTMEM_HOOKS_KPROBE_CHECK_H */
