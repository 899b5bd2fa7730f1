// What the kernel itself tells of sockets, without the module; tests put a fake behind it.
#pragma once

#include <string>
#include <vector>

#include "lib/host/net_namespaces.h"
#include "lib/model/socket.h"

namespace ghostmem {

struct DiagDump {
    std::vector<Socket> sockets;         ///< without owners
    std::vector<std::string> unanswered; ///< kinds that this kernel has, and does not tell of
    std::vector<std::string> torn;       ///< kinds that kept changing while they were read
};

class DiagSource {
  public:
    virtual ~DiagSource() = default;

    /// All sockets of one namespace. Throws Error: not_permitted if it may not be entered,
    /// unreachable if it has gone.
    virtual DiagDump sockets(const NetNamespace& where) = 0;
};

} // namespace ghostmem
