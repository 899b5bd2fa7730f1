// What the kernel itself reports about sockets, without the module; tests use a fake.
#pragma once

#include <string>
#include <vector>

#include "lib/host/net_namespaces.h"
#include "lib/model/socket.h"

namespace ghostmem {

struct DiagDump {
    std::vector<Socket> sockets;         ///< without owners
    std::vector<std::string> unanswered; ///< kinds that this kernel has, but does not report
    std::vector<std::string> torn;       ///< kinds that kept changing while they were read
};

class DiagSource {
  public:
    virtual ~DiagSource() = default;

    /// Returns all sockets of one namespace. Throws Error: not_permitted if it may not be entered,
    /// unreachable if it no longer exists.
    virtual DiagDump sockets(const NetNamespace& where) = 0;
};

} // namespace ghostmem
