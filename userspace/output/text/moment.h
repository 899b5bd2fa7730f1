// Moments for people.
#pragma once

#include <cstdint>
#include <string>

namespace ghostmem::output {

/// "2026-12-01 04:10:18 UTC", of seconds since 1970. UTC, because snapshots of several hosts are
/// compared.
std::string format_moment(uint64_t seconds);

} // namespace ghostmem::output
