// Where the memory is, as far as /proc/meminfo says, and what is left over.
#pragma once

#include <cstdint>

#include "lib/meminfo.h"

namespace ghostmem {

/// Bytes. total = free + applications + kernel + ghost + residual, always.
struct Ledger {
    uint64_t total = 0;
    uint64_t free = 0;
    uint64_t applications = 0; ///< page cache, anonymous and shared memory
    uint64_t kernel = 0;       ///< what the kernel's own lines account for
    uint64_t ghost = 0;        ///< what no line accounts for
    int64_t residual = 0;      ///< 0, or negative where lines overlap
};

/// Missing lines count as 0. Never fails; sums of absurd input saturate.
Ledger make_ledger(const Meminfo& meminfo);

} // namespace ghostmem
