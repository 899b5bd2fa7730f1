// A raw netlink socket, used without a library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "gmnl/bytes.h"
#include "gmnl/message.h"
#include "gmnl/request.h"

namespace gmnl {

constexpr size_t large_buffer = 64 * 1024;

class Socket {
  public:
    explicit Socket(int receive_buffer = 1024 * 1024);
    ~Socket();
    Socket(Socket&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), sequence_(other.sequence_) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    Socket& operator=(Socket&&) = delete;

    // Sends a message with its length and sequence number filled in; @length overrides the length.
    void send(Bytes bytes, std::optional<uint32_t> length = std::nullopt);
    void send(const Request& request) { send(request.bytes()); }
    void send_as_is(const Bytes& bytes);
    // Sends to another process instead of the kernel.
    void send_to(uint32_t port, const Bytes& bytes);

    // Receives one datagram. Returns nothing if none is queued and @flags contain MSG_DONTWAIT.
    std::vector<Message> receive(size_t buffer_size, int flags = 0);
    // Discards everything that is queued.
    void drain();

  private:
    int fd_;
    uint32_t sequence_ = 0;
};

} // namespace gmnl
