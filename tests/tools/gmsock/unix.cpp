// Unread unix sockets, and sockets in flight within them.
#include <stdexcept>
#include <vector>

#include "gmsock/passing.h"
#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {

int unix_datagrams(Arguments arguments) {
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();
    const auto [reader, writer] = unix_pair(SOCK_DGRAM);
    set_send_buffer(writer.get(), 1 << 28);
    const std::vector<char> data(size, 'd');
    // A blocking send would wait at net.unix.max_dgram_qlen, which is 10 by default.
    for (uint64_t n = 0; n < count; n++)
        checked(send(writer.get(), data.data(), data.size(), MSG_DONTWAIT), "send");
    return hold(reader.get());
}

int unix_stream(Arguments arguments) {
    const uint64_t bytes = arguments.number("BYTES");
    arguments.end();
    const auto [reader, writer] = unix_pair(SOCK_STREAM);
    set_send_buffer(writer.get(), 1 << 28);
    send_all(writer.get(), bytes);
    return hold(reader.get());
}

// A TCP connection with BYTES in its queue that no process has open: it was sent to a unix socket
// and closed. --nested=N: it is in flight within N unix sockets, each queued in the next one.
int in_flight(Arguments arguments) {
    const uint64_t nested = arguments.option("nested", 1);
    const uint64_t bytes = arguments.number("BYTES");
    arguments.end();
    if (!nested)
        throw std::runtime_error("--nested wants a positive number");
    Connection connection = tcp_connection(1 << 24, 1 << 24);
    send_all(connection.client.get(), bytes);
    const uint64_t port = local_address(connection.server.get()).port();
    const uint64_t inode = inode_of(connection.server.get());

    Descriptor passed = std::move(connection.server);
    uint64_t holder = 0;
    std::vector<Descriptor> writers;
    for (uint64_t n = 0; n < nested; n++) {
        auto [reader, writer] = unix_pair(SOCK_STREAM);
        pass(writer.get(), passed.get());
        passed = std::move(reader);
        writers.push_back(std::move(writer));
        if (n == 0)
            holder = inode_of(passed.get());
    }
    return hold(passed.get(), {{"port", port}, {"passed_inode", inode}, {"holder_inode", holder}});
}

} // namespace gmsock
