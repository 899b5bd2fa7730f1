// Situations of files.
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gmproc/scenarios.h"
#include "gmproc/support.h"

namespace gmproc {
namespace {

constexpr size_t mebibyte = 1 << 20;
constexpr int highest_inherited = 1024;

void write_zeros(int fd, uint64_t bytes) {
    // O_DIRECT needs memory that is aligned to the device's blocks.
    const std::unique_ptr<void, decltype(&free)> data(aligned_alloc(4096, mebibyte), free);
    std::memset(data.get(), 0, mebibyte);
    while (bytes != 0) {
        const size_t length = bytes < mebibyte ? bytes : mebibyte;
        bytes -= static_cast<uint64_t>(checked(write(fd, data.get(), length), "write"));
    }
}

int new_file(const std::string& name, int flags) {
    return static_cast<int>(
        checked(open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | flags, 0600), name));
}

} // namespace

// Opens FILE, with --direct for direct I/O, and writes to it at SIGUSR1: a mebibyte, and to the
// disk.
int write_file(const Words& words) {
    const int fd = new_file(word(words, 0, "FILE"), flag(words, "direct") ? O_DIRECT : 0);
    say("ready pid=" + std::to_string(getpid()) + " fd=" + std::to_string(fd));
    wait_for(SIGUSR1);
    write_zeros(fd, mebibyte);
    checked(fsync(fd), "fsync");
    say("written");
    wait_for(SIGTERM);
    return 0;
}

// Has exactly COUNT descriptors open, of LIMIT that it may have. --more=MS: one more every MS
// milliseconds. At SIGUSR1 it closes them.
int descriptors(const Words& words) {
    const uint64_t count = number(words, 0, "COUNT");
    const uint64_t limit = number(words, 1, "LIMIT");
    const uint64_t more_ms = option(words, "more", 0);
    // What the shell has left open may be above the limit.
    for (int fd = STDERR_FILENO + 1; fd < highest_inherited; fd++)
        close(fd);
    const rlimit limits{limit, limit};
    checked(setrlimit(RLIMIT_NOFILE, &limits), "RLIMIT_NOFILE");
    std::vector<int> open_ones;
    const auto one = [&] {
        open_ones.push_back(static_cast<int>(checked(eventfd(0, EFD_CLOEXEC), "eventfd")));
    };
    // Standard input, output and error are open already.
    while (open_ones.size() + STDERR_FILENO + 1 < count)
        one();
    say("ready pid=" + std::to_string(getpid()));
    if (more_ms == 0)
        wait_for(SIGUSR1);
    else
        while (!wait_for(SIGUSR1, static_cast<long>(more_ms)))
            one();
    for (const int fd : open_ones)
        close(fd);
    say("closed");
    wait_for(SIGTERM);
    return 0;
}

// Keeps a deleted FILE of BYTES bytes open until SIGUSR1.
int deleted(const Words& words) {
    const std::string& name = word(words, 0, "FILE");
    const int fd = new_file(name, 0);
    write_zeros(fd, number(words, 1, "BYTES"));
    struct stat status {};
    checked(fstat(fd, &status), "fstat");
    checked(unlink(name.c_str()), "unlink");
    say("ready pid=" + std::to_string(getpid()) +
        " bytes=" + std::to_string(status.st_blocks * 512));
    wait_for(SIGUSR1);
    close(fd);
    say("closed");
    wait_for(SIGTERM);
    return 0;
}

} // namespace gmproc
