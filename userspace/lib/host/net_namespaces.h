// The host's network namespaces, as far as something in sight holds them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

struct NetNamespace {
    uint32_t inode = 0;
    std::filesystem::path path; ///< opens it; empty: it is the caller's own
    std::string name;           ///< of ip-netns(8); empty: it has none
};

class NetNamespaces {
  public:
    /// The caller's own, those of processes, and those of ROOT/run/netns.
    static NetNamespaces read(const std::filesystem::path& root);

    [[nodiscard]] uint32_t own() const { return own_; }
    /// The caller's own first, then by inode number.
    [[nodiscard]] std::vector<NetNamespace> all() const;
    /// Empty: it has none, or is not known.
    [[nodiscard]] std::string name_of(uint32_t inode) const;

    /// What --netns takes: an inode number, a pid, a path, or a name of ip-netns(8). Throws
    /// Error(io) where there is no such thing.
    [[nodiscard]] uint32_t resolve(std::string_view text) const;

  private:
    void add(uint32_t inode, const std::filesystem::path& path, const std::string& name);

    std::filesystem::path root_;
    uint32_t own_ = 0;
    std::map<uint32_t, NetNamespace> known_;
};

} // namespace ghostmem
