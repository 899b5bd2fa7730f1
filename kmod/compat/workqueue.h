/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The unbound workqueue: its work is tied to no CPU, so a real-time task that keeps one CPU busy
 * does not delay it, and the scheduler keeps it off isolated CPUs.
 */
#ifndef GHOSTMEM_COMPAT_WORKQUEUE_H
#define GHOSTMEM_COMPAT_WORKQUEUE_H

#include <linux/version.h>
#include <linux/workqueue.h>

/* 128ea9f6ccfb (6.17) added system_dfl_wq, which is to replace system_unbound_wq. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define gm_unbound_wq	system_dfl_wq
#else
#define gm_unbound_wq	system_unbound_wq
#endif

#endif /* GHOSTMEM_COMPAT_WORKQUEUE_H */
