/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_OVERFLOW_H
#define SHIM_LINUX_OVERFLOW_H

#include <stddef.h>
#include <stdint.h>

static inline size_t array_size(size_t a, size_t b) {
    size_t bytes;

    return __builtin_mul_overflow(a, b, &bytes) ? SIZE_MAX : bytes;
}

#endif
