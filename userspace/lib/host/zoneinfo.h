// Figures of /proc/zoneinfo that /proc/meminfo has no line for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace ghostmem {

/// Base pages, over all zones.
struct Zoneinfo {
    uint64_t managed = 0; ///< managed by the page allocator: MemTotal
    /// Free, in the page allocator's own lists: MemFree. Up to a batch of a CPU, `free` and `pcp`
    /// of a zone are from the same moment: the kernel prints a zone under the lock
    /// (walk_zones_in_node in mm/vmstat.c) that a CPU takes to give its list back.
    uint64_t free = 0;
    uint64_t pcp = 0;  ///< free, in the per-CPU lists: not in MemFree
    uint32_t cpus = 0; ///< CPUs that have such lists
    /// How far one counter of the kernel may be off: each CPU collects changes up to a threshold
    /// before it adds them to the sum that is shown. It is the highest threshold of all zones,
    /// times the number of CPUs.
    uint64_t drift = 0;

    /// Accepts any text; values that cannot be parsed count as 0.
    static Zoneinfo parse(std::string_view text);
    /// Reads ROOT/proc/zoneinfo; nullopt if that cannot be read.
    static std::optional<Zoneinfo> read(const std::filesystem::path& root);
};

} // namespace ghostmem
