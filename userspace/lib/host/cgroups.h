// Limits of control groups, and control groups that were removed but still live.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace ghostmem {

/// The control group nearest to a process that limits how many tasks there may be.
struct PidsLimit {
    std::string cgroup; ///< path
    uint64_t current = 0;
    uint64_t most = 0;
};

/// Looks at ROOT/sys/fs/cgroup from the group `path` upwards; of version 1, below `pids`. nullopt:
/// nothing limits it, or it is not known.
std::optional<PidsLimit> pids_limit(const std::filesystem::path& root, const std::string& path);

/// Control groups that were removed, but are still referred to by what was charged to them.
struct DyingCgroups {
    uint64_t dying = 0;
    std::optional<uint64_t> dying_memory; ///< of the memory controller; nullopt: before 6.14
    uint64_t living = 0;
    std::string worst; ///< the child of the root below which most are; empty: not known
    uint64_t worst_dying = 0;
    std::string source; ///< the file that says so
};

/// nullopt: the host has no control groups of version 2.
std::optional<DyingCgroups> read_dying_cgroups(const std::filesystem::path& root);

} // namespace ghostmem
