/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shim: as much of the kernel as the page map and the site table stand on, in user space.
 * linux/ and net/ have it under the names by which kmod/ asks for it; here is what a test has
 * to say about it: which memory there is, which allocation fails, what strikes in between.
 */
#ifndef SHIM_H
#define SHIM_H

#include <linux/percpu.h>
#include <linux/types.h>

/* Everything below is as it was at the start. Memory that is still held stays so. */
void shim_reset(void);

/* Memory that kmod/ holds, by what it asked for. Per-CPU areas are not in @bytes. */
struct shim_memory {
    long blocks;
    long bytes;
};
struct shim_memory shim_memory(void);

/* The @nth allocation from now on fails, once; 0 for none. Registering a notifier is one, too. */
void shim_fail(unsigned int nth);
/* How many there were since. */
unsigned int shim_attempts(void);

/* A node spans [start, end), of which @present frames are there. */
void shim_node(int nid, unsigned long start, unsigned long end, unsigned long present);
/* The frames [start, end) are online. */
void shim_online(unsigned long start, unsigned long end);

/* Tells who listens; returns the answer, -1 where nobody does. */
int shim_memory_notify(unsigned long action, unsigned long start, unsigned long nr);

/* A hook runs from one to the other: synchronize_rcu() waits for it. */
void shim_hook_enter(void);
void shim_hook_leave(void);
unsigned int shim_grace_periods(void);

/* pr_warn() and WARN_ON(), counted. */
unsigned int shim_warnings(void);

#endif
