// Compares ghostmem with page_owner by stack.
#pragma once

#include <cstdint>

namespace gmwitness {

// Recording began between these two times of the kernel log's clock.
struct Began {
    uint64_t after_ns = 0;
    uint64_t before_ns = 0;
};

// Prints what was compared, and what differs. Returns the exit code.
int compare_stacks(const Began& began);

} // namespace gmwitness
