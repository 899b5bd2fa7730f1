// gmletgo WHAT ...: makes pages that have left their process or file, so that only the holder of a
// reference keeps them.
//
//   gmletgo pinned MIB      gmlab_pin has pinned them, and this process has exited
//   gmletgo piped MIB       they were given to a pipe by vmsplice(), and are unmapped
//   gmletgo spliced FILE    they were given to a pipe by splice(), and FILE is truncated
//   gmletgo registered MIB  they are a buffer of an io_uring, and are unmapped
//   gmletgo pipes MIB       they were given to pipes of 1 MiB by vmsplice(), and are unmapped
//   gmletgo written MIB     they belong to pipes of 1 MiB, which were written to
//
// All but the first print "ready" when they are set up, and wait to be killed.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "gmletgo: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

struct Memory {
    void* at;
    size_t bytes;
};

// Allocates memory in base pages, and faults in all of them.
Memory touched(const char* mib) {
    const Memory memory{nullptr, std::strtoul(mib, nullptr, 10) << 20};
    void* at =
        mmap(nullptr, memory.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        fail("mmap");
    (void)madvise(at, memory.bytes, MADV_NOHUGEPAGE);
    std::memset(at, 1, memory.bytes);
    return {at, memory.bytes};
}

struct Pipe {
    int ends[2];
};

Pipe pipe_of(size_t bytes) {
    Pipe made{};
    if (pipe(made.ends) != 0 || fcntl(made.ends[1], F_SETPIPE_SZ, static_cast<int>(bytes)) < 0)
        fail("pipe");
    return made;
}

void pinned(const char* mib) {
    const Memory memory = touched(mib);
    const std::string order = std::to_string(reinterpret_cast<uintptr_t>(memory.at)) + " " +
                              std::to_string(memory.bytes / static_cast<size_t>(getpagesize()));
    const int fd = open("/sys/module/gmlab_pin/parameters/pin", O_WRONLY);
    if (fd < 0 || write(fd, order.data(), order.size()) < 0)
        fail("pin");
}

// Gives the memory to the pipe, and unmaps it.
void give(const Pipe& to, const Memory& memory) {
    iovec rest{memory.at, memory.bytes};
    while (rest.iov_len != 0) {
        const ssize_t went = vmsplice(to.ends[1], &rest, 1, 0);
        if (went <= 0)
            fail("vmsplice");
        rest.iov_base = static_cast<char*>(rest.iov_base) + went;
        rest.iov_len -= static_cast<size_t>(went);
    }
    if (munmap(memory.at, memory.bytes) != 0)
        fail("munmap");
}

void piped(const char* mib) {
    const Memory memory = touched(mib);
    give(pipe_of(memory.bytes), memory);
}

void registered(const char* mib) {
    const Memory memory = touched(mib);
    io_uring_params parameters{};
    const long ring = syscall(SYS_io_uring_setup, 8, &parameters);
    if (ring < 0)
        fail("io_uring_setup");
    const iovec buffer{memory.at, memory.bytes};
    if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1) != 0)
        fail("io_uring_register");
    if (munmap(memory.at, memory.bytes) != 0)
        fail("munmap");
}

// Fills pipes of 1 MiB each, with memory that they are given or with copies of it.
void fill_pipes(const char* mib, bool copies) {
    const size_t count = std::strtoul(mib, nullptr, 10);
    const rlimit descriptors{2 * count + 16, 2 * count + 16};
    if (setrlimit(RLIMIT_NOFILE, &descriptors) != 0)
        fail("setrlimit");
    for (size_t n = 0; n < count; n++) {
        const Memory memory = touched("1");
        const Pipe to = pipe_of(memory.bytes);
        if (!copies) {
            give(to, memory);
            continue;
        }
        if (write(to.ends[1], memory.at, memory.bytes) != static_cast<ssize_t>(memory.bytes) ||
            munmap(memory.at, memory.bytes) != 0)
            fail("write");
    }
}

void spliced(const char* name) {
    const int file = open(name, O_RDWR);
    struct stat status {};
    if (file < 0 || fstat(file, &status) != 0)
        fail(name);
    auto rest = static_cast<size_t>(status.st_size);
    const Pipe to = pipe_of(rest);
    while (rest != 0) {
        const ssize_t went = splice(file, nullptr, to.ends[1], nullptr, rest, 0);
        if (went <= 0)
            fail("splice");
        rest -= static_cast<size_t>(went);
    }
    if (ftruncate(file, 0) != 0)
        fail("ftruncate");
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc == 3 ? argv[1] : "";
    if (what == "pinned") {
        pinned(argv[2]);
        return 0;
    }
    if (what == "piped")
        piped(argv[2]);
    else if (what == "spliced")
        spliced(argv[2]);
    else if (what == "registered")
        registered(argv[2]);
    else if (what == "pipes" || what == "written")
        fill_pipes(argv[2], what == "written");
    else
        return std::fprintf(stderr, "usage: gmletgo pinned|piped|registered|pipes|written MIB | "
                                    "spliced FILE\n"),
               2;
    std::printf("ready\n");
    std::fflush(stdout);
    pause();
}
