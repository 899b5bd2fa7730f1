// The processes that have open the sockets in whose queues other sockets wait.
#pragma once

#include <cstdint>
#include <filesystem>
#include <unordered_map>
#include <vector>

#include "lib/model/socket.h"

namespace ghostmem {

class SocketHolders {
  public:
    SocketHolders() = default;
    /// Finds the owners of every holder of these sockets: from `sockets` if the holder is among
    /// them, else from ROOT/proc, which is read only if a holder is missing.
    SocketHolders(const std::vector<Socket>& sockets, const std::filesystem::path& root);

    /// Empty: not known.
    [[nodiscard]] const std::vector<SocketOwner>& of(const Socket& socket) const;

  private:
    std::unordered_map<uint64_t, std::vector<SocketOwner>> owners_;
};

} // namespace ghostmem
