/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The queue of deferred work that belongs to no CPU: a real-time task that keeps one CPU busy does
 * not hold it up, and the scheduler keeps it off isolated CPUs.
 */
#ifndef GHOSTMEM_COMPAT_WORKQUEUE_H
#define GHOSTMEM_COMPAT_WORKQUEUE_H

#include <linux/version.h>
#include <linux/workqueue.h>

/* 128ea9f6ccfb (6.17) added system_dfl_wq, for which system_unbound_wq is to go. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
#define gm_unbound_wq	system_dfl_wq
#else
#define gm_unbound_wq	system_unbound_wq
#endif

#endif /* GHOSTMEM_COMPAT_WORKQUEUE_H */
