// Unread TCP connections: plain, not accepted, orphaned, shared, and filled by sendfile().
#include <fcntl.h>
#include <stdexcept>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

constexpr int large = 1 << 24;

} // namespace

int tcp_unread(Arguments arguments) {
    const uint64_t bytes = arguments.number("BYTES");
    arguments.end();
    const Connection connection = tcp_connection(large, large);
    send_all(connection.client.get(), bytes);
    return hold(connection.server.get(), {{"port", local_address(connection.server.get()).port()}});
}

// Reports the listening socket; COUNT clients in another process have sent BYTES each.
int tcp_unaccepted(Arguments arguments) {
    const uint64_t count = arguments.number("COUNT");
    const uint64_t bytes = arguments.number("BYTES");
    arguments.end();
    const Descriptor listener = tcp_listener(loopback(), static_cast<int>(count));
    set_receive_buffer(listener.get(), large);
    const Address at = local_address(listener.get());
    int done[2];
    checked(pipe(done), "pipe");
    std::vector<Descriptor> clients;
    const int child = in_child([&] {
        for (uint64_t n = 0; n < count; n++) {
            Descriptor& client = clients.emplace_back(open_socket(AF_INET, SOCK_STREAM));
            set_send_buffer(client.get(), large);
            checked(connect(client.get(), at.get(), at.length), "connect");
            send_all(client.get(), bytes);
        }
        checked(write(done[1], "x", 1), "write");
    });
    char byte = 0;
    close(done[1]);
    if (checked(read(done[0], &byte, 1), "read") != 1)
        throw std::runtime_error("the clients have failed");
    return hold(listener.get(),
                {{"port", at.port()}, {"client_pid", static_cast<uint64_t>(child)}});
}

// The client sends more than the server's buffer takes, and closes: its socket is orphaned with the
// rest of the data. Reports the server's socket, and the orphan's port and inode.
int tcp_orphan(Arguments arguments) {
    const uint64_t bytes = arguments.number("BYTES");
    arguments.end();
    Connection connection = tcp_connection(4096, large);
    const int client = connection.client.get();
    checked(fcntl(client, F_SETFL, O_NONBLOCK), "O_NONBLOCK");
    const uint64_t port = local_address(client).port();
    const uint64_t inode = inode_of(client);
    if (send_all(client, bytes) != bytes)
        throw std::runtime_error("the client's buffer is too small");
    connection.client.reset();
    return hold(connection.server.get(), {{"orphan_port", port}, {"orphan_inode", inode}});
}

// The socket is held twice by this process and once by another one.
int tcp_shared(Arguments arguments) {
    const uint64_t bytes = arguments.number("BYTES");
    arguments.end();
    const Connection connection = tcp_connection(large, large);
    send_all(connection.client.get(), bytes);
    const int child = in_child([] {});
    const Descriptor again(static_cast<int>(checked(dup(connection.server.get()), "dup")));
    return hold(connection.server.get(), {{"second_fd", static_cast<uint64_t>(again.get())},
                                          {"child_pid", static_cast<uint64_t>(child)}});
}

// Queues the page cache pages of FILE themselves.
int tcp_sendfile(Arguments arguments) {
    const std::string path = arguments.word("FILE");
    const uint64_t bytes = arguments.number("BYTES");
    arguments.end();
    const Connection connection = tcp_connection(1 << 28, 1 << 28);
    const Descriptor file(static_cast<int>(checked(open(path.c_str(), O_RDONLY), path)));
    uint64_t sent = 0;
    while (sent < bytes) {
        const long done = checked(
            sendfile(connection.client.get(), file.get(), nullptr, bytes - sent), "sendfile");
        if (!done)
            throw std::runtime_error(path + " is too short");
        sent += static_cast<uint64_t>(done);
    }
    return hold(connection.server.get(), {{"port", local_address(connection.server.get()).port()}});
}

} // namespace gmsock
