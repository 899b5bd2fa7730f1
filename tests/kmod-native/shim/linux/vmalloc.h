/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_VMALLOC_H
#define SHIM_LINUX_VMALLOC_H

#include <errno.h>
#include <linux/gfp.h>
#include <linux/printk.h>

void* __vmalloc(size_t size, gfp_t gfp);
void vfree(const void* memory);

#endif
