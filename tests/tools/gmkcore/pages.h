// From an address to the memory behind it: an object of the slab, pages, vmalloc space.
#pragma once

#include <cstdint>

#include "gmkcore/kernel.h"

namespace gmkcore {

// One thing that is held as a whole.
struct Extent {
    enum Kind {
        slab,    // an object of a slab cache
        pages,   // a compound page, straight from the page allocator
        vmalloc, // pages mapped one by one
        users,   // pages of processes or of the page cache
        image,   // of the kernel's own: the page of zeroes, which nobody allocates
    };
    Kind kind = pages;
    uint64_t key = 0;          // its own address; what has the same is the same
    uint64_t bytes = 0;        // all it takes; of an object with what lies between it and the next
    uint64_t object_bytes = 0; // of an object, what was asked for
    unsigned int order = 0;    // of pages
};

class Pages {
  public:
    explicit Pages(const Kernel& kernel);

    // What @address is in. @size matters to vmalloc space alone, where nothing else tells it.
    [[nodiscard]] Extent at(uint64_t address, uint64_t size) const;
    // What the struct page at @page is of.
    [[nodiscard]] Extent of(uint64_t page) const;

    [[nodiscard]] uint64_t page_of(uint64_t address) const;
    [[nodiscard]] uint64_t address_of(uint64_t page) const;
    // The first page of the compound page that @page is of, or @page itself.
    [[nodiscard]] uint64_t head_of(uint64_t page) const;
    [[nodiscard]] unsigned int order_of(uint64_t head) const;

  private:
    const Kernel& kernel_;
    uint64_t direct_;
    uint64_t vmalloc_;
    uint64_t map_;  // struct page by frame number
    uint64_t size_; // of a struct page
    Field flags_;
    Field link_; // from a tail to its head
    Field mapping_;
    Field order_; // from the head; it lies in the first tail
    Field cache_;
    Field cache_size_;
    Field cache_object_size_;
    Field page_type_;
    uint64_t head_bit_;
    uint64_t reserved_bit_;
    int64_t slab_bit_; // of the flags; -1: it is a type
    int64_t slab_type_;

    [[nodiscard]] bool is_slab(uint64_t head) const;
    [[nodiscard]] Extent object(uint64_t address, uint64_t head) const;
};

} // namespace gmkcore
