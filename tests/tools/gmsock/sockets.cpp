#include "gmsock/sockets.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <stdexcept>
#include <vector>

namespace gmsock {

uint16_t Address::port() const {
    // The port has the same offset in both families.
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

Address address(const std::string& text, uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(text.c_str(), nullptr, &hints, &found))
        throw std::runtime_error(text + ": " + gai_strerror(error));
    Address result;
    std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
    result.length = found->ai_addrlen;
    freeaddrinfo(found);
    reinterpret_cast<sockaddr_in*>(&result.storage)->sin_port = htons(port);
    return result;
}

Address local_address(int socket) {
    Address result;
    result.length = sizeof(result.storage);
    checked(getsockname(socket, reinterpret_cast<sockaddr*>(&result.storage), &result.length),
            "getsockname");
    return result;
}

Address loopback(uint16_t port) {
    return address("127.0.0.1", port);
}

Descriptor open_socket(int family, int type, int protocol) {
    return Descriptor(
        static_cast<int>(checked(socket(family, type | SOCK_CLOEXEC, protocol), "socket")));
}

void set_option(int socket, int level, int name, int value, const char* what) {
    checked(setsockopt(socket, level, name, &value, sizeof(value)), what);
}

void set_receive_buffer(int socket, int bytes) {
    set_option(socket, SOL_SOCKET, SO_RCVBUFFORCE, bytes, "SO_RCVBUFFORCE");
}

void set_send_buffer(int socket, int bytes) {
    set_option(socket, SOL_SOCKET, SO_SNDBUFFORCE, bytes, "SO_SNDBUFFORCE");
}

Descriptor tcp_listener(const Address& at, int backlog) {
    Descriptor listener = open_socket(at.family(), SOCK_STREAM);
    set_option(listener.get(), SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    checked(bind(listener.get(), at.get(), at.length), "bind");
    checked(listen(listener.get(), backlog), "listen");
    return listener;
}

Connection tcp_connection(int receive_buffer, int send_buffer) {
    const Descriptor listener = tcp_listener(loopback(), 1);
    if (receive_buffer)
        set_receive_buffer(listener.get(), receive_buffer); // inherited by accepted sockets
    Connection connection;
    connection.client = open_socket(AF_INET, SOCK_STREAM);
    if (send_buffer)
        set_send_buffer(connection.client.get(), send_buffer);
    const Address at = local_address(listener.get());
    checked(connect(connection.client.get(), at.get(), at.length), "connect");
    connection.server = Descriptor(static_cast<int>(
        checked(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept")));
    return connection;
}

size_t send_all(int socket, size_t bytes, size_t piece) {
    const std::vector<char> data(std::min(bytes, piece), 'x');
    size_t sent = 0;
    while (sent < bytes) {
        const ssize_t done =
            send(socket, data.data(), std::min(data.size(), bytes - sent), MSG_NOSIGNAL);
        if (done < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        sent += static_cast<size_t>(checked(done, "send"));
    }
    return sent;
}

} // namespace gmsock
