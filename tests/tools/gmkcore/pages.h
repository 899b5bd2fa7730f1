// Finds the memory that contains an address: a slab object, pages, or vmalloc space.
#pragma once

#include <cstdint>

#include "gmkcore/kernel.h"

namespace gmkcore {

// One allocation, which is held as a whole.
struct Extent {
    enum Kind {
        slab,    // an object of a slab cache
        pages,   // a compound page, straight from the page allocator
        vmalloc, // pages mapped one by one
        users,   // pages of processes or of the page cache
        image,   // of the kernel image: the zero page, which is not allocated
    };
    Kind kind = pages;
    uint64_t key = 0;          // its address; equal keys mean the same allocation
    uint64_t bytes = 0;        // its full size; for an object, up to the next one
    uint64_t object_bytes = 0; // for an object, the requested size
    unsigned int order = 0;    // of pages
};

class Pages {
  public:
    explicit Pages(const Kernel& kernel);

    // Returns the allocation at @address. @size is used only for vmalloc space, whose areas are not
    // looked up.
    [[nodiscard]] Extent at(uint64_t address, uint64_t size) const;
    // Returns the allocation that the struct page at @page belongs to.
    [[nodiscard]] Extent of(uint64_t page) const;

    [[nodiscard]] uint64_t page_of(uint64_t address) const;
    [[nodiscard]] uint64_t address_of(uint64_t page) const;
    // Returns the head of the compound page that contains @page, or @page itself.
    [[nodiscard]] uint64_t head_of(uint64_t page) const;
    [[nodiscard]] unsigned int order_of(uint64_t head) const;

  private:
    const Kernel& kernel_;
    uint64_t direct_;
    uint64_t vmalloc_;
    uint64_t map_;  // the array of struct page, indexed by pfn
    uint64_t size_; // of a struct page
    Field flags_;
    Field link_; // from a tail page to its head
    Field mapping_;
    Field order_; // offset from the head; the member is in the first tail page
    Field cache_;
    Field cache_size_;
    Field cache_object_size_;
    Field page_type_;
    uint64_t head_bit_;
    uint64_t reserved_bit_;
    int64_t slab_bit_; // in the flags; -1: slab is a page type
    int64_t slab_type_;

    [[nodiscard]] bool is_slab(uint64_t head) const;
    [[nodiscard]] Extent object(uint64_t address, uint64_t head) const;
};

} // namespace gmkcore
