/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_MM_H
#define SHIM_LINUX_MM_H

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <linux/gfp.h>
#include <linux/mmzone.h>
#include <linux/printk.h>

#endif
