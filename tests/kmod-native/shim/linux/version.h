/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_VERSION_H
#define SHIM_LINUX_VERSION_H

/* The newest whose differences kmod/compat knows; the shim is none of them in particular. */
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))
#define LINUX_VERSION_CODE KERNEL_VERSION(6, 12, 0)

#endif
