// The mounts that a process sees.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

struct Mount {
    uint64_t id = 0;
    std::string device; ///< "8:1": major and minor number
    std::string point;  ///< where it is mounted
    std::string root;   ///< which part of it is mounted there
    std::string type;   ///< "ext4", "nfs4" ...
    std::string source; ///< "/dev/sda1", "server:/export" ...

    /// Whether a question to this file system may wait for another machine or for a process.
    [[nodiscard]] bool may_block() const;
};

/// Parses mountinfo, with its escapes; lines that are not understood are left out.
std::vector<Mount> parse_mountinfo(std::string_view text);

/// Reads DIRECTORY/mountinfo, where DIRECTORY is ROOT/proc/PID; empty if it cannot be read.
std::vector<Mount> read_mounts(const std::filesystem::path& directory);

/// nullptr: there is none of that id.
const Mount* find_mount(const std::vector<Mount>& mounts, uint64_t id);

} // namespace ghostmem
