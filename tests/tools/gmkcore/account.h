// Sums of the memory that queues hold, with each object counted once.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gmkcore/pages.h"

namespace gmkcore {

struct Sums {
    uint64_t skbs = 0;
    uint64_t bytes = 0;
    uint64_t truesize_bytes = 0;
    uint64_t pinned_bytes = 0;
    uint64_t pinned_blocks = 0;
    uint64_t slab_bytes = 0;
    uint64_t large_kmalloc_bytes = 0; // part of slab_bytes: pages that /proc/meminfo counts as slab
    uint64_t slab_object_bytes = 0;
    uint64_t slab_objects = 0;
    uint64_t vmalloc_bytes = 0;
    uint64_t mapped_bytes = 0;
    uint64_t unreadable_fragments = 0; // in device memory
    uint64_t most_fragments = 0;       // in one sk_buff
    std::array<uint64_t, 20> orders{}; // pinned_blocks by order

    Sums& operator+=(const Sums& other);
};

struct Queue {
    std::string name;
    Sums sums;
};

// Accounts the queues of one or more sockets. Memory that two queues share is charged to the first.
class Account {
  public:
    // A piece of memory that belongs to an sk_buff; head and fragments are not distinguished.
    struct Part {
        Extent extent;
        bool large_kmalloc = false;
    };
    struct Buffer {
        uint64_t bytes = 0;
        uint64_t truesize_bytes = 0;
        uint64_t unreadable_fragments = 0;
        uint64_t fragments = 0;
        std::vector<Part> parts;
    };

    // Begins a queue. One that stays empty is left out of queues().
    void begin(const std::string& name);
    void add(const Buffer& buffer);
    void add(const Part& part);

    [[nodiscard]] std::vector<Queue> queues() const;
    [[nodiscard]] Sums total() const;

  private:
    std::vector<Queue> queues_;
    std::array<std::unordered_set<uint64_t>, Extent::image + 1> seen_;
};

} // namespace gmkcore
