/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shim implements in user space what the tables of kmod/ need from the kernel. linux/ and net/
 * declare it under the kernel's header names; this header is for the tests, which control the
 * memory that exists and the allocations that fail, and inspect the effects.
 */
#ifndef SHIM_H
#define SHIM_H

#include <linux/percpu.h>
#include <linux/types.h>

/* Resets everything below to its initial state. Does not free memory that is still allocated. */
void shim_reset(void);

/* The memory that kmod/ has allocated, by requested size. Per-CPU areas are not in @bytes. */
struct shim_memory {
    long blocks;
    long bytes;
};
struct shim_memory shim_memory(void);

/* Makes only the @nth allocation from now on fail; 0: none. Registering a notifier counts, too. */
void shim_fail(unsigned int nth);
/* Returns the number of allocations since then. */
unsigned int shim_attempts(void);
/* Returns how many of these might have waited for I/O. */
unsigned int shim_io_attempts(void);

/* Defines a node that spans [start, end), of which @present frames exist. */
void shim_node(int nid, unsigned long start, unsigned long end, unsigned long present);
/* Makes the frames [start, end) online. */
void shim_online(unsigned long start, unsigned long end);

/* Calls the memory notifier; returns its result, or -1 if none is registered. */
int shim_memory_notify(unsigned long action, unsigned long start, unsigned long nr);

/* Mark the begin and end of a hook, for which synchronize_rcu() waits. */
void shim_hook_enter(void);
void shim_hook_leave(void);
unsigned int shim_grace_periods(void);

/* Returns the number of pr_warn() calls and of triggered WARN_ON(). */
unsigned int shim_warnings(void);

#endif
