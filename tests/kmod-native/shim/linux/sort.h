/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_SORT_H
#define SHIM_LINUX_SORT_H

#include <stddef.h>

void sort(void* base, size_t nr, size_t size, int (*cmp)(const void*, const void*), void* swap);

#endif
