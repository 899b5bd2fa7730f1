// All sockets of the host, and their sums.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/model/lost.h"
#include "lib/model/socket.h"

namespace ghostmem {

/// A member that is nullopt is not known to the source of the census.
struct Census {
    uint32_t sockets = 0;
    uint32_t namespaces = 0; ///< network namespaces
    std::optional<uint64_t> duration_ns;
    std::optional<uint64_t> memory_bytes; ///< memory that the census itself took
    Held held;                            ///< what several sockets share is counted once
    std::vector<Lost> missed;             ///< why something is missing or only partly counted
};

struct SocketDump {
    Census census;
    std::vector<Socket> sockets; ///< all of them, or those that pin most
};

} // namespace ghostmem
