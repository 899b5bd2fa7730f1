#include "lib/host/socket_holders.h"

#include "lib/host/descriptors.h"

namespace ghostmem {

SocketHolders::SocketHolders(const std::vector<Socket>& sockets,
                             const std::filesystem::path& root) {
    for (const Socket& socket : sockets) {
        if (socket.holder != 0)
            owners_[socket.holder];
    }
    size_t missing = owners_.size();
    for (const Socket& socket : sockets) {
        const auto at = socket.inode == 0 ? owners_.end() : owners_.find(socket.inode);
        if (at == owners_.end() || socket.owners.empty())
            continue;
        at->second = socket.owners;
        --missing;
    }
    if (missing == 0)
        return;
    const auto open =
        Descriptors::read(root, [&](uint64_t inode) { return owners_.contains(inode); });
    for (auto& [inode, owners] : owners_) {
        if (owners.empty())
            owners = open.owners(inode);
    }
}

const std::vector<SocketOwner>& SocketHolders::of(const Socket& socket) const {
    static const std::vector<SocketOwner> nobody;
    const auto at = owners_.find(socket.holder);
    return socket.holder == 0 || at == owners_.end() ? nobody : at->second;
}

} // namespace ghostmem
