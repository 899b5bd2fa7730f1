#include "gmnl/socket.h"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <span>
#include <stdexcept>
#include <string>

#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "gmnl/error.h"

namespace gmnl {
namespace {

constexpr time_t answer_timeout_s = 20;

} // namespace

Socket::Socket(int receive_buffer)
    : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC)) {
    if (fd_ < 0)
        fail("socket");
    const int on = 1;
    const timeval timeout{answer_timeout_s, 0};
    const sockaddr_nl any{AF_NETLINK, 0, 0, 0};
    if (setsockopt(fd_, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) != 0 ||
        setsockopt(fd_, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) != 0 ||
        setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) != 0 ||
        setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer)) != 0)
        fail("setsockopt");
    if (bind(fd_, reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0)
        fail("bind");
}

Socket::~Socket() {
    if (fd_ >= 0)
        close(fd_);
}

void Socket::send(Bytes bytes, std::optional<uint32_t> length) {
    const uint32_t claimed = length.value_or(static_cast<uint32_t>(bytes.size()));
    ++sequence_;
    std::memcpy(&bytes[offsetof(nlmsghdr, nlmsg_len)], &claimed, sizeof(claimed));
    std::memcpy(&bytes[offsetof(nlmsghdr, nlmsg_seq)], &sequence_, sizeof(sequence_));
    send_as_is(bytes);
}

void Socket::send_as_is(const Bytes& bytes) {
    if (::send(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
        fail("send");
}

void Socket::send_to(uint32_t port, const Bytes& bytes) {
    const sockaddr_nl other{AF_NETLINK, 0, port, 0};
    if (sendto(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&other),
               sizeof(other)) != static_cast<ssize_t>(bytes.size()))
        fail("sendto");
}

std::vector<Message> Socket::receive(size_t buffer_size, int flags) {
    Bytes buffer(buffer_size);
    const ssize_t got = recv(fd_, buffer.data(), buffer.size(), flags | MSG_TRUNC);
    if (got < 0) {
        if (errno == EAGAIN && (flags & MSG_DONTWAIT) != 0)
            return {};
        fail(errno == EAGAIN ? "no answer came" : "recv");
    }
    if (static_cast<size_t>(got) > buffer.size())
        throw std::runtime_error("a datagram of " + std::to_string(got) + " bytes was cut");
    return messages_of(std::span(buffer).first(static_cast<size_t>(got)));
}

void Socket::drain() {
    while (!receive(large_buffer, MSG_DONTWAIT).empty()) {
    }
}

} // namespace gmnl
