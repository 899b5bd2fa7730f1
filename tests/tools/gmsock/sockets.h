// Helpers to create sockets for the scenarios.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>

#include "gmsock/descriptor.h"

namespace gmsock {

// An IPv4 or IPv6 address in the form that connect() and other calls take.
struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;

    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
    [[nodiscard]] int family() const { return storage.ss_family; }
    [[nodiscard]] uint16_t port() const;
};

// "127.0.0.1", "::1", "fe80::1%eth0".
Address address(const std::string& text, uint16_t port);
Address local_address(int socket);
Address loopback(uint16_t port = 0);

Descriptor open_socket(int family, int type, int protocol = 0);
void set_option(int socket, int level, int name, int value, const char* what);
// Sets the buffer size to @bytes, regardless of the system's limits.
void set_receive_buffer(int socket, int bytes);
void set_send_buffer(int socket, int bytes);

// Two ends of a TCP connection over loopback.
struct Connection {
    Descriptor client;
    Descriptor server;
};
Descriptor tcp_listener(const Address& at, int backlog);
// Makes a connection over loopback; a buffer size of 0 means the default.
Connection tcp_connection(int receive_buffer = 0, int send_buffer = 0);

// Sends until @bytes are sent or, on a non-blocking socket, until no more fits. Returns the number
// of bytes sent.
size_t send_all(int socket, size_t bytes, size_t piece = 65536);

} // namespace gmsock
