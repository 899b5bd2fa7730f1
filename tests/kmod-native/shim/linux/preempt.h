/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_PREEMPT_H
#define SHIM_LINUX_PREEMPT_H

/* A thread is a CPU, which nothing else runs on: there is nothing to turn off. */

#endif
