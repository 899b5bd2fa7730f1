/* SPDX-License-Identifier: GPL-2.0 */
/* Sets up an hrtimer: hrtimer_setup() was added by 908a1d775422 (6.13). */
#ifndef GHOSTMEM_COMPAT_HRTIMER_H
#define GHOSTMEM_COMPAT_HRTIMER_H

#include <linux/hrtimer.h>
#include <linux/version.h>

static inline void gm_hrtimer_setup(struct hrtimer *timer,
				    enum hrtimer_restart (*function)(struct hrtimer *),
				    clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

#endif /* GHOSTMEM_COMPAT_HRTIMER_H */
