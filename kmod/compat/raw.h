/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lock of the raw sockets' tables: an rwlock until af185d8c7633 (6.0), since then a spinlock
 * for writers, while the receive path uses RCU. Either way the table does not change while it is
 * held.
 */
#ifndef GHOSTMEM_COMPAT_RAW_H
#define GHOSTMEM_COMPAT_RAW_H

#include <linux/version.h>
#include <net/raw.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 0, 0)
#define gm_raw_lock(hashinfo)	spin_lock(&(hashinfo)->lock)
#define gm_raw_unlock(hashinfo)	spin_unlock(&(hashinfo)->lock)
#else
#define gm_raw_lock(hashinfo)	read_lock(&(hashinfo)->lock)
#define gm_raw_unlock(hashinfo)	read_unlock(&(hashinfo)->lock)
#endif

#endif /* GHOSTMEM_COMPAT_RAW_H */
