// page_owner entries: a block of pages, and the stack that allocated it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gmwitness {

struct Block {
    int64_t pages = 0;
    uint64_t taken_ns = 0; // on the kernel log's clock
    uint64_t gfp = 0;
    bool moved = false;              // migrated by compaction after it was allocated
    std::vector<std::string> frames; // innermost first
};

// Whether @entry is a block that was allocated at @since_ns or later and does not belong to
// processes or the page cache.
bool is_kernels(const std::string& entry, uint64_t since_ns);

std::vector<Block> parse_page_owner(const std::string& text);

} // namespace gmwitness
