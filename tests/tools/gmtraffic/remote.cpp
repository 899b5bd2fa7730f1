#include "gmtraffic/remote.h"

#include <thread>

#include "gmtraffic/sockets.h"

namespace gmtraffic {

namespace {

// Larger than an Ethernet frame: sent in fragments, and reassembled on the other side.
constexpr size_t datagram_bytes = 9000;
constexpr int datagrams = 40;

void answer_datagrams(int fd) {
    std::vector<char> buffer(65536);
    for (;;) {
        sockaddr_in from{};
        socklen_t length = sizeof(from);
        const ssize_t got = recvfrom(fd, buffer.data(), buffer.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &length);
        if (got > 0)
            (void)sendto(fd, buffer.data(), static_cast<size_t>(got), 0, general(from), length);
    }
}

void read_to_the_end(Fd connection) {
    std::vector<char> buffer(65536);
    ssize_t got;
    while ((got = recv(connection, buffer.data(), buffer.size(), 0)) > 0) {
    }
}

void send_stream(const sockaddr_in& to, size_t kib) {
    Fd fd = open_socket(AF_INET, SOCK_STREAM);
    timeval patience{20, 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    checked(connect(fd, general(to), sizeof(to)), "connect");
    const std::vector<char> data = payload(65536);
    for (size_t sent = 0; sent < kib * 1024;) {
        const ssize_t done = send(fd, data.data(), data.size(), MSG_NOSIGNAL);
        checked(static_cast<int>(done), "send");
        sent += static_cast<size_t>(done);
    }
    shutdown(fd, SHUT_WR);
    (void)drain(fd, 1);
}

size_t send_datagrams(const sockaddr_in& to) {
    Fd fd = open_socket(AF_INET, SOCK_DGRAM);
    const std::vector<char> data = payload(datagram_bytes);
    size_t answered = 0;
    for (int i = 0; i < datagrams; ++i) {
        (void)sendto(fd, data.data(), data.size(), 0, general(to), sizeof(to));
        pause_ms(2);
        answered += drain(fd, 1 << 20);
    }
    pause_ms(100);
    return answered + drain(fd, 1 << 20);
}

} // namespace

int serve(uint16_t port) {
    sockaddr_in any = ipv4("0.0.0.0", port);
    Fd udp = open_socket(AF_INET, SOCK_DGRAM);
    checked(bind(udp, general(any), sizeof(any)), "bind");
    std::thread([&udp] { answer_datagrams(udp); }).detach();
    Fd listener = open_socket(AF_INET, SOCK_STREAM);
    set(listener, SOL_SOCKET, SO_REUSEADDR, 1);
    checked(bind(listener, general(any), sizeof(any)), "bind");
    checked(listen(listener, 64), "listen");
    for (;;)
        std::thread(read_to_the_end, Fd(checked(accept(listener, nullptr, nullptr), "accept")))
            .detach();
}

int send_to(const std::string& address, uint16_t port, size_t kib) {
    const sockaddr_in to = ipv4(address, port);
    send_stream(to, kib);
    const size_t answered = send_datagrams(to);
    if (answered == 0)
        throw std::runtime_error("no datagram came back");
    return 0;
}

} // namespace gmtraffic
