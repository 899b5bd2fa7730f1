// A reader that blocks in recv() while it owns the socket lock, because its buffer is not mapped in
// yet: data that arrives meanwhile goes to the backlog.
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

constexpr size_t page = 4096;

// Maps memory whose faults are left to the userfaultfd @faults, which never resolves them.
void* absent_memory(const Descriptor& faults, size_t bytes) {
    uffdio_api api{};
    api.api = UFFD_API;
    checked(ioctl(faults.get(), UFFDIO_API, &api), "UFFDIO_API");
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        checked(-1, "mmap");
    uffdio_register range{};
    range.range.start = reinterpret_cast<uintptr_t>(memory);
    range.range.len = bytes;
    range.mode = UFFDIO_REGISTER_MODE_MISSING;
    checked(ioctl(faults.get(), UFFDIO_REGISTER, &range), "UFFDIO_REGISTER");
    return memory;
}

} // namespace

// FIRST bytes are queued before the read; SECOND bytes arrive while the reader holds the lock.
int tcp_busy(Arguments arguments) {
    const uint64_t first = arguments.number("FIRST");
    const uint64_t second = arguments.number("SECOND");
    arguments.end();
    const Connection connection = tcp_connection(1 << 24, 1 << 24);
    // Must be read now: a later call would wait for the socket lock.
    const uint64_t port = local_address(connection.server.get()).port();
    // A blocking userfaultfd cannot be polled.
    const Descriptor faults(
        static_cast<int>(checked(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK), "userfaultfd")));
    void* const memory = absent_memory(faults, page);
    send_all(connection.client.get(), first);
    std::thread([&] { recv(connection.server.get(), memory, page, 0); }).detach();
    // Wait until the reader faults, in the middle of recv().
    pollfd fault{faults.get(), POLLIN, 0};
    if (checked(poll(&fault, 1, 10000), "poll") != 1)
        throw std::runtime_error("the reader does not come to its buffer");
    checked(fcntl(connection.client.get(), F_SETFL, O_NONBLOCK), "O_NONBLOCK");
    send_all(connection.client.get(), second);
    say_ready(connection.server.get(), {{"port", port}});
    wait_for_end();
    // The reader thread cannot be joined; it ends with the process.
    _exit(0);
}

} // namespace gmsock
