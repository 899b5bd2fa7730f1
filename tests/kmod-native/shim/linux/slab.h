/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_SLAB_H
#define SHIM_LINUX_SLAB_H

#include <linux/overflow.h>
#include <linux/vmalloc.h>

static inline void* kvcalloc(size_t n, size_t size, gfp_t gfp) {
    return __vmalloc(array_size(n, size), gfp | __GFP_ZERO);
}

static inline void* kmalloc(size_t size, gfp_t gfp) {
    return __vmalloc(size, gfp);
}

static inline void* kzalloc(size_t size, gfp_t gfp) {
    return __vmalloc(size, gfp | __GFP_ZERO);
}

static inline void* kmalloc_array(size_t n, size_t size, gfp_t gfp) {
    return __vmalloc(array_size(n, size), gfp);
}

static inline void kfree(const void* memory) {
    vfree(memory);
}

static inline void kvfree(const void* memory) {
    vfree(memory);
}

#endif
