/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_RCUPDATE_H
#define SHIM_LINUX_RCUPDATE_H

/* Read-side critical sections extend from shim_hook_enter() to shim_hook_leave(). */
void synchronize_rcu(void);

#endif
