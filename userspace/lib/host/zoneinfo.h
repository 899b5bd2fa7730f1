// /proc/zoneinfo: what /proc/meminfo has no line for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace ghostmem {

/// Base pages, over all zones.
struct Zoneinfo {
    uint64_t managed = 0; ///< the page allocator's: MemTotal
    /// Free, in the page allocator's own lists: MemFree. Within a batch of a CPU, it and pcp are of
    /// one moment, zone by zone: the kernel shows a zone under the lock (walk_zones_in_node in
    /// mm/vmstat.c) that a CPU takes to give its list back.
    uint64_t free = 0;
    uint64_t pcp = 0;  ///< free, in the lists of single CPUs: not in MemFree
    uint32_t cpus = 0; ///< that have such lists
    /// What one counter of the kernel's may be off by: each CPU keeps so much to itself before it
    /// adds it to the sum that is shown. The greatest of all zones, times the CPUs.
    uint64_t drift = 0;

    /// Takes any text; what it cannot read counts as 0.
    static Zoneinfo parse(std::string_view text);
    /// Reads ROOT/proc/zoneinfo; nullopt where that cannot be read.
    static std::optional<Zoneinfo> read(const std::filesystem::path& root);
};

} // namespace ghostmem
