// Sockets that close themselves, and helpers for all kinds of traffic.
#pragma once

#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace gmtraffic {

class Fd {
  public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    Fd(Fd&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    Fd& operator=(Fd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() { reset(); }

    void reset() {
        if (fd_ >= 0)
            close(fd_);
        fd_ = -1;
    }
    operator int() const { return fd_; }

  private:
    int fd_;
};

[[noreturn]] inline void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

inline int checked(int result, const char* what) {
    if (result < 0)
        fail(what);
    return result;
}

inline Fd open_socket(int family, int type, int protocol = 0) {
    return Fd(checked(socket(family, type | SOCK_CLOEXEC, protocol), "socket"));
}

inline void set(int fd, int level, int option, int value) {
    // Errors are ignored: not all kernels support every option, and none is essential.
    (void)setsockopt(fd, level, option, &value, sizeof(value));
}

inline sockaddr_in ipv4(const std::string& address, uint16_t port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    if (inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1)
        throw std::runtime_error("not an address: " + address);
    return to;
}

template <typename Address> const sockaddr* general(const Address& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

/// Returns a socket bound to a loopback port, which is stored in `address`.
inline Fd bound(int type, sockaddr_in& address) {
    Fd fd = open_socket(AF_INET, type);
    address = ipv4("127.0.0.1", 0);
    checked(bind(fd, general(address), sizeof(address)), "bind");
    socklen_t length = sizeof(address);
    checked(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
    return fd;
}

inline std::vector<char> payload(size_t bytes) {
    return std::vector<char>(bytes, 'x');
}

/// Reads up to `most` bytes of what is queued, without waiting for more.
inline size_t drain(int fd, size_t most) {
    std::vector<char> buffer(65536);
    size_t sum = 0;
    while (sum < most) {
        const ssize_t got =
            recv(fd, buffer.data(), std::min(buffer.size(), most - sum), MSG_DONTWAIT);
        if (got <= 0)
            break;
        sum += static_cast<size_t>(got);
    }
    return sum;
}

inline void pause_ms(int ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

} // namespace gmtraffic
