// Reads the kernel's log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "lib/kmsg/record.h"

namespace ghostmem {

/// Where reading goes on the next time, and what was missed.
struct KmsgCursor {
    uint64_t next = 0;   ///< the sequence number of the first record that was not read
    uint64_t missed = 0; ///< records that were overwritten before they were read
};

/// Passes the records of ROOT/dev/kmsg from `from` on to `visit`, and does not wait for more.
/// Nothing is consumed. nullopt: it cannot be opened; it takes CAP_SYSLOG where
/// kernel.dmesg_restrict is set.
std::optional<KmsgCursor> read_kmsg(const std::filesystem::path& root, uint64_t from,
                                    const std::function<void(const KmsgRecord&)>& visit);

/// Likewise the lines of a saved log. Throws Error(io) if it cannot be read.
void read_saved_log(const std::filesystem::path& file,
                    const std::function<void(const KmsgRecord&)>& visit);

} // namespace ghostmem
