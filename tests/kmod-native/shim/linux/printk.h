/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_PRINTK_H
#define SHIM_LINUX_PRINTK_H

#include <linux/types.h>

__attribute__((format(printf, 1, 2))) void pr_warn(const char* format, ...);

bool shim_warn(bool condition, const char* text);
#define WARN_ON_ONCE(condition) shim_warn(condition, #condition)

#endif
