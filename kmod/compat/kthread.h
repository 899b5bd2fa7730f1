/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kthread workers: kernel threads that run queued work.
 */
#ifndef GHOSTMEM_COMPAT_KTHREAD_H
#define GHOSTMEM_COMPAT_KTHREAD_H

#include <linux/kthread.h>

/*
 * Since 6.14 (b04e317b5226, "treewide: Introduce kthread_run_worker[_on_cpu]()"),
 * kthread_create_worker() creates a worker that is not running yet.
 */
#ifdef kthread_run_worker
#define gm_kthread_run_worker(name)	kthread_run_worker(0, name)
#else
#define gm_kthread_run_worker(name)	kthread_create_worker(0, name)
#endif

#endif /* GHOSTMEM_COMPAT_KTHREAD_H */
