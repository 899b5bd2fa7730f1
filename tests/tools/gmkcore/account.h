// What is held, each thing counted once.
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
    uint64_t large_kmalloc_bytes = 0; // of slab_bytes: pages, but /proc/meminfo has them there
    uint64_t slab_object_bytes = 0;
    uint64_t slab_objects = 0;
    uint64_t vmalloc_bytes = 0;
    uint64_t mapped_bytes = 0;
    uint64_t unreadable_fragments = 0; // of devices' memory
    uint64_t most_fragments = 0;       // of an sk_buff
    std::array<uint64_t, 20> orders{}; // pinned_blocks by order

    Sums& operator+=(const Sums& other);
};

struct Queue {
    std::string name;
    Sums sums;
};

// One socket's queues, or those of many. What two of them share is the first one's.
class Account {
  public:
    // Where an sk_buff's parts come from is told apart no further.
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

    // A queue that stays empty is left out of queues().
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
