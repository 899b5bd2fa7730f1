// Which host this is, and since when it has been running.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ghostmem {

struct HostIdentity {
    std::string name;
    std::string kernel;  ///< the release
    std::string boot_id; ///< a random number of each boot; empty: not known
    double uptime_s = 0;
};

/// Reads ROOT/proc/sys/kernel and ROOT/proc/uptime; what cannot be read is empty, or 0.
HostIdentity read_identity(const std::filesystem::path& root);

} // namespace ghostmem
