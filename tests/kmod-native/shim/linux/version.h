/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_VERSION_H
#define SHIM_LINUX_VERSION_H

/* Selects the branches of kmod/compat; the shim does not imitate any version in particular. */
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))
#define LINUX_VERSION_CODE KERNEL_VERSION(6, 12, 0)

#endif
