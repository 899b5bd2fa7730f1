// Where the memory is, computed from /proc/meminfo and the census of page frames.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lib/host/meminfo.h"
#include "lib/host/zoneinfo.h"
#include "lib/model/zone.h"

namespace ghostmem {

enum class LedgerGroup { free, applications, kernel };

std::string_view name_of(LedgerGroup group);

/// An entry of the ledger, which does not overlap with any other.
struct LedgerPart {
    LedgerGroup group;
    std::string_view name; ///< a stable word, the one that JSON uses
    uint64_t bytes;
};

/// What the ledger is computed from.
struct LedgerSources {
    const Meminfo& meminfo;
    std::optional<Zoneinfo> zoneinfo{};
    const PageCensus* census = nullptr;
    uint32_t page_size = 4096; ///< bytes
};

/// Bytes. total = free + applications + kernel + ghost + residual, always.
struct Ledger {
    uint64_t total = 0;
    uint64_t free = 0;         ///< including the per-CPU lists
    uint64_t applications = 0; ///< page cache, anonymous and shared memory
    uint64_t kernel = 0;       ///< what the kernel's own lines account for
    uint64_t ghost = 0;        ///< what no line accounts for
    /// What does not add up. Without a census it is 0, or negative if lines overlap.
    int64_t residual = 0;
    /// Whether ghosts were counted frame by frame; otherwise they are the rest of the total.
    bool counted = false;
    uint64_t ghost_error = 0; ///< how far `ghost` may be off, either way
    std::vector<LedgerPart> parts;
};

/// Missing lines count as 0. Never fails; sums of absurd input saturate.
Ledger make_ledger(const LedgerSources& sources);

} // namespace ghostmem
