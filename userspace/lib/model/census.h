// All sockets of the host, and their sums.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/model/lost.h"
#include "lib/model/socket.h"

namespace ghostmem {

/// nullopt: whoever looked cannot tell.
struct Census {
    uint32_t sockets = 0;
    uint32_t namespaces = 0; ///< of the network
    std::optional<uint64_t> duration_ns;
    std::optional<uint64_t> memory_bytes; ///< what it took to look
    Held held;                            ///< what several sockets share once
    std::vector<Lost> missed;             ///< why something is not in it, or only in part
};

struct SocketDump {
    Census census;
    std::vector<Socket> sockets; ///< all of them, or those that pin most
};

} // namespace ghostmem
