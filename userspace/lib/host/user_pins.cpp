#include "lib/host/user_pins.h"

#include <algorithm>
#include <functional>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/base/words.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view ring_file = "anon_inode:[io_uring]";
constexpr std::string_view pipe_file = "pipe:[";
constexpr size_t owners_told = 2;

// A second reader makes no difference to a pipe, whereas a first one would let its writers go on:
// so only a descriptor that can itself read is opened again. The link's permissions tell.
uint64_t unread_bytes(const fs::path& descriptor) {
    struct stat link {};
    if (lstat(descriptor.c_str(), &link) != 0 || (link.st_mode & S_IRUSR) == 0)
        return 0;
    const int fd = open(descriptor.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return 0;
    struct stat status {};
    int bytes = 0;
    if (fstat(fd, &status) != 0 || !S_ISFIFO(status.st_mode) || ioctl(fd, FIONREAD, &bytes) != 0)
        bytes = 0;
    close(fd);
    return static_cast<uint64_t>(std::max(bytes, 0));
}

struct Share {
    std::string_view what;
    const UserPins::Owner* owner;
    uint64_t bytes;
};

} // namespace

// "UserBufs:	2" is followed by a line "    0: 0x7f0000000000/1048576" for each.
uint64_t registered_bytes(std::string_view fdinfo) {
    uint64_t bytes = 0;
    bool buffers = false;
    for_each_line(fdinfo, [&](std::string_view line) {
        if (!line.starts_with(' ')) {
            buffers = line.starts_with("UserBufs:");
            return;
        }
        const auto words = words_of(line);
        if (!buffers || words.size() != 2)
            return;
        const size_t slash = words[1].find('/');
        if (slash != std::string_view::npos)
            bytes = add(bytes, number_of<uint64_t>(words[1].substr(slash + 1)).value_or(0));
    });
    return bytes;
}

void UserPins::look(const fs::path& process, uint32_t pid, const std::string& number,
                    std::string_view target) {
    if (target == ring_file) {
        const auto fdinfo = read_text(process / "fdinfo" / number);
        if (const uint64_t bytes = fdinfo ? registered_bytes(*fdinfo) : 0; bytes != 0) {
            Owner& one = owner(process, pid);
            one.ring_bytes = add(one.ring_bytes, bytes);
        }
    } else if (target.starts_with(pipe_file) && !pipes_.contains(target)) {
        if (const uint64_t bytes = unread_bytes(process / "fd" / number); bytes != 0) {
            pipes_.emplace(target);
            Owner& one = owner(process, pid);
            one.pipe_bytes = add(one.pipe_bytes, bytes);
        }
    }
}

UserPins::Owner& UserPins::owner(const fs::path& process, uint32_t pid) {
    if (owners_.empty() || owners_.back().pid != pid) {
        std::string comm = read_text(process / "comm").value_or("");
        while (comm.ends_with('\n'))
            comm.pop_back();
        owners_.push_back({.pid = pid, .comm = printable(std::move(comm))});
    }
    return owners_.back();
}

uint64_t UserPins::ring_bytes() const {
    uint64_t bytes = 0;
    for (const Owner& one : owners_)
        bytes = add(bytes, one.ring_bytes);
    return bytes;
}

uint64_t UserPins::pipe_bytes() const {
    uint64_t bytes = 0;
    for (const Owner& one : owners_)
        bytes = add(bytes, one.pipe_bytes);
    return bytes;
}

std::string UserPins::whose(bool rings) const {
    std::vector<Share> shares;
    for (const Owner& one : owners_) {
        if (rings && one.ring_bytes != 0)
            shares.push_back({"io_uring", &one, one.ring_bytes});
        if (one.pipe_bytes != 0)
            shares.push_back({"pipes", &one, one.pipe_bytes});
    }
    std::ranges::stable_sort(shares, std::greater{}, &Share::bytes);
    std::string text;
    for (size_t n = 0; n < std::min(shares.size(), owners_told); ++n)
        text +=
            fmt::format("{}{} of {}[{}]: {}", text.empty() ? "" : ", ", shares[n].what,
                        shares[n].owner->comm, shares[n].owner->pid, format_bytes(shares[n].bytes));
    if (shares.size() > owners_told)
        text += fmt::format(" and {} more", shares.size() - owners_told);
    return text;
}

} // namespace ghostmem
