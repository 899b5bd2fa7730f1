/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_SCHED_MM_H
#define SHIM_LINUX_SCHED_MM_H

/* Allocations of the thread do not wait for I/O until restored; shim_io_attempts() has the others. */
unsigned int memalloc_noio_save(void);
void memalloc_noio_restore(unsigned int flags);

#endif
