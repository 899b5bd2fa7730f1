// What this process itself has cost.
#pragma once

#include <cstdint>

namespace ghostmem {

struct OwnCost {
    double cpu_s = 0;
    uint64_t peak_bytes = 0; ///< the most memory that was resident

    static OwnCost now();
};

} // namespace ghostmem
