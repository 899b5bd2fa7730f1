/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_GFP_H
#define SHIM_LINUX_GFP_H

#include <linux/types.h>

/* Apart from __GFP_ZERO, the flags have no effect: the shim has only one way to allocate memory. */
#define GFP_KERNEL 0u
#define __GFP_ZERO 1u
#define __GFP_RETRY_MAYFAIL 2u
#define __GFP_NOWARN 4u
#define __GFP_NORETRY 8u

#endif
