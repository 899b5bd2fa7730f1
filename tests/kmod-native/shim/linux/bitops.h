/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_BITOPS_H
#define SHIM_LINUX_BITOPS_H

#include <limits.h>
#include <stdbool.h>

#include <linux/bits.h>

#define BITS_PER_LONG (CHAR_BIT * (int)sizeof(long))

static inline void __set_bit(unsigned long nr, unsigned long* words) {
    words[nr / BITS_PER_LONG] |= BIT(nr % BITS_PER_LONG);
}

static inline void __clear_bit(unsigned long nr, unsigned long* words) {
    words[nr / BITS_PER_LONG] &= ~BIT(nr % BITS_PER_LONG);
}

static inline bool test_bit(unsigned long nr, const unsigned long* words) {
    return words[nr / BITS_PER_LONG] & BIT(nr % BITS_PER_LONG);
}

static inline unsigned int hweight_long(unsigned long word) {
    return (unsigned int)__builtin_popcountl(word);
}

static inline unsigned long __ffs(unsigned long word) {
    return (unsigned long)__builtin_ctzl(word);
}

#endif
