// A large number of sockets, and a large number of sk_buffs in one socket.
#include <chrono>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <unistd.h>

#include "gmsock/limits.h"
#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

// A protocol number for experiments: no other socket receives its packets, and nobody answers.
constexpr int experimental = 253;

// Each socket has its own address, from 127.1.0.1 on, so that ports do not run out.
Descriptor udp_with_datagram(uint32_t number, bool datagram) {
    Descriptor socket = open_socket(AF_INET, SOCK_DGRAM);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(7);
    at.sin_addr.s_addr = htonl(0x7f010001 + number);
    checked(bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)), "bind");
    if (datagram)
        checked(sendto(socket.get(), "m", 1, 0, reinterpret_cast<const sockaddr*>(&at), sizeof(at)),
                "sendto");
    return socket;
}

class Sender {
  public:
    Sender(const Address& to, size_t size) : data_(size, 's'), part_{data_.data(), data_.size()} {
        socket_ = open_socket(AF_INET, SOCK_RAW, experimental);
        set_receive_buffer(socket_.get(), 0);
        set_send_buffer(socket_.get(), 1 << 24);
        checked(connect(socket_.get(), to.get(), to.length), "connect");
        for (mmsghdr& message : messages_) {
            message.msg_hdr.msg_iov = &part_;
            message.msg_hdr.msg_iovlen = 1;
        }
    }

    uint64_t send(uint64_t most) {
        const auto count = static_cast<unsigned int>(std::min<uint64_t>(most, messages_.size()));
        return static_cast<uint64_t>(
            checked(sendmmsg(socket_.get(), messages_.data(), count, 0), "sendmmsg"));
    }

  private:
    std::vector<char> data_;
    iovec part_;
    Descriptor socket_;
    std::vector<mmsghdr> messages_{256};
};

void read_slowly(int socket, std::chrono::microseconds pause) {
    char data[64];
    while (recv(socket, data, sizeof(data), 0) >= 0)
        std::this_thread::sleep_for(pause);
}

} // namespace

// Makes COUNT sockets: UDP, TCP, unix and raw ones. Every hundredth UDP socket has an unread
// datagram.
int many_sockets(Arguments arguments) {
    const uint64_t count = arguments.number("COUNT");
    arguments.end();
    allow_descriptors(count + 64);
    std::vector<Descriptor> sockets;
    sockets.reserve(count + 1);
    for (uint32_t n = 0; sockets.size() < count; n++) {
        sockets.push_back(udp_with_datagram(n, n % 100 == 0));
        sockets.push_back(open_socket(n % 2 ? AF_INET : AF_INET6, SOCK_STREAM));
        int ends[2];
        checked(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), "socketpair");
        sockets.emplace_back(ends[0]);
        sockets.emplace_back(ends[1]);
    }
    return hold(sockets.front().get(), {{"sockets", sockets.size()}});
}

// Queues COUNT packets of SIZE bytes in one socket. --read-us=N: one of them is read every N us.
int many_skbs(Arguments arguments) {
    const uint64_t pause = arguments.option("read-us", 0);
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();
    const Descriptor sink = open_socket(AF_INET, SOCK_RAW, experimental);
    // The kernel doubles this value; the result must still fit an int.
    set_receive_buffer(sink.get(), (1 << 30) - 1);
    Sender sender(loopback(), size);
    for (uint64_t sent = 0; sent < count;)
        sent += sender.send(count - sent);
    if (pause)
        std::thread(read_slowly, sink.get(), std::chrono::microseconds(pause)).detach();
    say_ready(sink.get());
    wait_for_end();
    _exit(0);
}

} // namespace gmsock
