// The host's network namespaces, as far as a visible process or file refers to them.
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
    std::filesystem::path path; ///< to open it by; empty: it is the caller's own
    std::string name;           ///< as in ip-netns(8); empty: it has none
};

class NetNamespaces {
  public:
    /// Finds the caller's own, those of processes, and those in ROOT/run/netns.
    static NetNamespaces read(const std::filesystem::path& root);

    [[nodiscard]] uint32_t own() const { return own_; }
    /// The caller's own first, then by inode number.
    [[nodiscard]] std::vector<NetNamespace> all() const;
    /// Empty: it has no name, or is not known.
    [[nodiscard]] std::string name_of(uint32_t inode) const;

    /// Resolves the argument of --netns: an inode number, a pid, a path, or a name of ip-netns(8).
    /// Throws Error(io) if there is no such namespace.
    [[nodiscard]] uint32_t resolve(std::string_view text) const;

  private:
    void add(uint32_t inode, const std::filesystem::path& path, const std::string& name);

    std::filesystem::path root_;
    uint32_t own_ = 0;
    std::map<uint32_t, NetNamespace> known_;
};

} // namespace ghostmem
