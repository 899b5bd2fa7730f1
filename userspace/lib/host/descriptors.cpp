#include "lib/host/descriptors.h"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "lib/base/words.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace fs = std::filesystem;

void Descriptors::read_process(const fs::path& directory, uint32_t pid,
                               const std::function<bool(uint64_t inode)>& wanted) {
    std::error_code error;
    fs::directory_iterator at(directory / "fd", error);
    // A process that has ended does not hide any descriptors.
    if (error && error != std::errc::no_such_file_or_directory &&
        error != std::errc::no_such_process)
        ++closed_;
    bool any = false;
    for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
        std::error_code gone;
        const std::string link = fs::read_symlink(at->path(), gone).native();
        const auto inode = inode_of<uint64_t>(link, "socket");
        const auto fd = number_of<uint32_t>(at->path().filename().native());
        if (!inode || !fd || !wanted(*inode))
            continue;
        by_inode_[*inode].push_back({pid, *fd});
        any = true;
    }
    if (!any)
        return;
    std::ifstream file(directory / "comm");
    std::string comm;
    std::getline(file, comm);
    comms_[pid] = printable(std::move(comm));
}

Descriptors Descriptors::read(const fs::path& root,
                              const std::function<bool(uint64_t inode)>& wanted) {
    Descriptors all;
    std::error_code error;
    fs::directory_iterator at(root / "proc", error);
    for (const fs::directory_iterator end; !error && at != end; at.increment(error)) {
        if (const auto pid = number_of<uint32_t>(at->path().filename().native()))
            all.read_process(at->path(), *pid, wanted);
    }
    for (auto& [inode, descriptors] : all.by_inode_) {
        std::ranges::sort(descriptors, [](const Descriptor& a, const Descriptor& b) {
            return a.pid != b.pid ? a.pid < b.pid : a.fd < b.fd;
        });
    }
    return all;
}

std::vector<SocketOwner> Descriptors::owners(uint64_t inode) const {
    std::vector<SocketOwner> owners;
    const auto at = by_inode_.find(inode);
    if (at == by_inode_.end())
        return owners;
    owners.reserve(at->second.size());
    for (const Descriptor& each : at->second) {
        const auto comm = comms_.find(each.pid);
        owners.push_back({each.pid, each.fd, comm == comms_.end() ? "" : comm->second});
    }
    return owners;
}

} // namespace ghostmem
