// Few unread bytes that pin much memory.
#include <array>

#include <netinet/tcp.h>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

// A process sends out of one block of 32 KiB after the other, whichever socket it sends on.
constexpr size_t block = 32768;
constexpr size_t small = 100;
constexpr int large = 32 << 20;

void receive_all(int socket, size_t bytes) {
    std::array<char, block> data{};
    while (bytes != 0)
        bytes -= static_cast<size_t>(checked(recv(socket, data.data(), bytes, 0), "recv"));
}

} // namespace

// COUNT segments of 100 bytes wait in a socket, each in a block of its own; the rest of each block
// was sent to, and read by, another socket of this process.
int tcp_scattered(Arguments arguments) {
    const uint64_t count = arguments.number("COUNT");
    arguments.end();
    const Connection unread = tcp_connection(large);
    const Connection read = tcp_connection(large);
    for (const Connection* one : {&unread, &read})
        set_option(one->client.get(), IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY");
    for (uint64_t n = 0; n < count; n++) {
        send_all(unread.client.get(), small);
        send_all(read.client.get(), block - small);
        receive_all(read.server.get(), block - small);
    }
    return hold(unread.server.get(), {{"queued", count * small}, {"pinned", count * block}});
}

} // namespace gmsock
