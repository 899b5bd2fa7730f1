#include "lib/host/net_namespaces.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "lib/base/error.h"
#include "lib/base/words.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace fs = std::filesystem;

namespace {

// No pid is higher than this, and no inode number of a namespace is lower.
constexpr uint64_t highest_pid = 1ULL << 22;

std::optional<uint32_t> of_process(const fs::path& directory) {
    std::error_code error;
    const std::string link = fs::read_symlink(directory / "ns/net", error).native();
    return inode_of<uint32_t>(link, "net");
}

std::optional<uint32_t> of_file(const fs::path& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0)
        return std::nullopt;
    return static_cast<uint32_t>(status.st_ino);
}

bool is_namespace(const fs::path& path) {
    struct statfs status {};
    return statfs(path.c_str(), &status) == 0 && status.f_type == NSFS_MAGIC;
}

[[noreturn]] void no_namespace(const std::string& problem) {
    throw Error(ErrorKind::io, problem + "; see what there is: lsns -t net, ip netns");
}

} // namespace

void NetNamespaces::add(uint32_t inode, const fs::path& path, const std::string& name) {
    const auto [at, fresh] = known_.try_emplace(inode, NetNamespace{inode, path, name});
    if (!fresh && at->second.name.empty())
        at->second.name = name;
}

NetNamespaces NetNamespaces::read(const fs::path& root) {
    NetNamespaces all;
    all.root_ = root;
    all.own_ = of_process(root / "proc/self").value_or(0);
    all.add(all.own_, {}, {});
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root / "run/netns", error)) {
        if (const auto inode = of_file(entry.path()))
            all.add(*inode, entry.path(), printable(entry.path().filename().native()));
    }
    fs::directory_iterator at(root / "proc", error);
    for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
        if (!number_of<uint32_t>(at->path().filename().native()))
            continue;
        if (const auto inode = of_process(at->path()))
            all.add(*inode, at->path() / "ns/net", {});
    }
    return all;
}

std::vector<NetNamespace> NetNamespaces::all() const {
    std::vector<NetNamespace> all{known_.at(own_)};
    for (const auto& [inode, each] : known_) {
        if (inode != own_)
            all.push_back(each);
    }
    return all;
}

std::string NetNamespaces::name_of(uint32_t inode) const {
    const auto at = known_.find(inode);
    return at == known_.end() ? "" : at->second.name;
}

uint32_t NetNamespaces::resolve(std::string_view text) const {
    if (const auto number = number_of<uint32_t>(text)) {
        if (*number > highest_pid)
            return *number;
        if (const auto inode = of_process(root_ / "proc" / std::string(text)))
            return *inode;
        no_namespace(fmt::format("cannot tell the network namespace of process {}", text));
    }
    const bool path = text.find('/') != std::string_view::npos;
    const fs::path file = path ? fs::path(text) : root_ / "run/netns" / text;
    const auto inode = of_file(file);
    if (!inode)
        no_namespace(fmt::format("no network namespace {}: {}", text, std::strerror(errno)));
    if (path && !is_namespace(file))
        no_namespace(fmt::format("{} is no namespace", text));
    return *inode;
}

} // namespace ghostmem
