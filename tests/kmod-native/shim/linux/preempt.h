/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_PREEMPT_H
#define SHIM_LINUX_PREEMPT_H

/* Each thread is a CPU on which nothing else runs, so there is no preemption to disable. */

#endif
