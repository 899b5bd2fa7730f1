// Memory that processes had the kernel take for them through special files, from /proc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace ghostmem {

/// Of one kind of file.
struct Mappings {
    uint64_t bytes = 0;   ///< of addresses; of all processes
    uint32_t largest = 0; ///< the process that has most; 0: none has any
    uint64_t largest_bytes = 0;

    /// "the largest: 1.0 MiB of pid 4711"; empty: nobody has any.
    [[nodiscard]] std::string whose() const;
};

struct SpecialMappings {
    Mappings perf;
    Mappings secretmem;

    /// Reads ROOT/proc/*/maps, as far as the caller may, of processes that have such a file open:
    /// the maps of all would hold up each of them for a while.
    static SpecialMappings read(const std::filesystem::path& root);
};

} // namespace ghostmem
