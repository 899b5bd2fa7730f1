// Which processes have which sockets open, from /proc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lib/model/socket.h"

namespace ghostmem {

class Descriptors {
  public:
    /// Reads ROOT/proc/*/fd, as far as the caller is permitted, for sockets that `wanted` accepts.
    /// Processes that end meanwhile are left out.
    static Descriptors read(
        const std::filesystem::path& root,
        const std::function<bool(uint64_t inode)>& wanted = [](uint64_t) { return true; });

    /// Sorted by pid, then by descriptor.
    [[nodiscard]] std::vector<SocketOwner> owners(uint64_t inode) const;
    [[nodiscard]] bool has(uint64_t inode) const { return by_inode_.contains(inode); }
    /// Processes whose descriptors could not be read, for want of permission.
    [[nodiscard]] uint32_t closed() const { return closed_; }

  private:
    struct Descriptor {
        uint32_t pid;
        uint32_t fd;
    };

    void read_process(const std::filesystem::path& directory, uint32_t pid,
                      const std::function<bool(uint64_t inode)>& wanted);

    std::unordered_map<uint64_t, std::vector<Descriptor>> by_inode_;
    std::unordered_map<uint32_t, std::string> comms_;
    uint32_t closed_ = 0;
};

} // namespace ghostmem
