// Who has the sockets open that other sockets wait in.
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
    /// Of every holder of these sockets: from those that are among them, else from ROOT/proc,
    /// which is read only if one is not.
    SocketHolders(const std::vector<Socket>& sockets, const std::filesystem::path& root);

    /// Empty: not known.
    [[nodiscard]] const std::vector<SocketOwner>& of(const Socket& socket) const;

  private:
    std::unordered_map<uint64_t, std::vector<SocketOwner>> owners_;
};

} // namespace ghostmem
