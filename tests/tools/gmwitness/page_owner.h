// page_owner's account: a block of pages, and the stack that took it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gmwitness {

struct Block {
    int64_t pages = 0;
    uint64_t taken_ns = 0; // on the clock of the kernel's log
    uint64_t gfp = 0;
    bool moved = false;              // by compaction, from where it was taken
    std::vector<std::string> frames; // innermost first
};

// Whether @entry is of a block taken at @since_ns or later, and none that processes or the page
// cache have.
bool is_kernels(const std::string& entry, uint64_t since_ns);

std::vector<Block> parse_page_owner(const std::string& text);

} // namespace gmwitness
