/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_RCUPDATE_H
#define SHIM_LINUX_RCUPDATE_H

/* Readers are between shim_hook_enter() and shim_hook_leave(). */
void synchronize_rcu(void);

#endif
