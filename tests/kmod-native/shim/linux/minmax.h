/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_MINMAX_H
#define SHIM_LINUX_MINMAX_H

#define min_t(type, a, b)                                                                          \
    ({                                                                                             \
        type shim_a = (a), shim_b = (b);                                                           \
        shim_a < shim_b ? shim_a : shim_b;                                                         \
    })
#define min(a, b) min_t(__typeof__(a), a, b)
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define ALIGN(x, a) ALIGN_DOWN((x) + (a)-1, a)

#endif
