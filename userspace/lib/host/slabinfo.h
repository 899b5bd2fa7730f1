// The caches of the slab allocator, from /proc/slabinfo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

struct SlabCache {
    std::string name;
    uint64_t objects = 0; ///< in use
    uint64_t bytes = 0;   ///< of all its pages
};

/// Lines that cannot be parsed are left out.
std::vector<SlabCache> parse_slabinfo(std::string_view text, uint32_t page_size);

/// Reads ROOT/proc/slabinfo; nullopt: the caller may not read it, which takes root.
std::optional<std::vector<SlabCache>> read_slabinfo(const std::filesystem::path& root,
                                                    uint32_t page_size);

} // namespace ghostmem
