// Memory that the kernel allocated for processes through special files, from /proc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "lib/host/user_pins.h"

namespace ghostmem {

/// The mappings of one kind of file.
struct Mappings {
    uint64_t bytes = 0;   ///< address space, of all processes
    uint32_t largest = 0; ///< pid of the process that has most; 0: none has any
    uint64_t largest_bytes = 0;

    /// "the largest: 1.0 MiB of pid 4711"; empty if no process has any.
    [[nodiscard]] std::string whose() const;
};

struct SpecialMappings {
    Mappings perf;
    Mappings secretmem;
    UserPins pins;

    /// Reads ROOT/proc/*/maps, as far as the caller is permitted, of processes that have such a
    /// file open: reading the maps of all processes would delay each of them for a while. Looks at
    /// the descriptors of all processes.
    static SpecialMappings read(const std::filesystem::path& root);
};

} // namespace ghostmem
