// UDP sockets that are never read, or were read once; and a sender to fill other sockets.
#include <cerrno>
#include <iostream>
#include <vector>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {

// Queues COUNT datagrams. With --read-once, one of them is read, which moves the others to a second
// queue, and then COUNT more are sent.
int udp_unread(Arguments arguments) {
    const bool read_once = arguments.flag("read-once");
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();

    const Descriptor sink = open_socket(AF_INET, SOCK_DGRAM);
    set_receive_buffer(sink.get(), 1 << 28);
    const Address any = loopback();
    checked(bind(sink.get(), any.get(), any.length), "bind");
    const Address at = local_address(sink.get());
    const Descriptor source = open_socket(AF_INET, SOCK_DGRAM);
    checked(connect(source.get(), at.get(), at.length), "connect");
    std::vector<char> data(size, 'u');
    for (uint64_t n = 0; n < count; n++)
        checked(send(source.get(), data.data(), data.size(), 0), "send");
    if (read_once) {
        checked(recv(sink.get(), data.data(), data.size(), 0), "recv");
        for (uint64_t n = 0; n < count; n++)
            checked(send(source.get(), data.data(), data.size(), 0), "send");
    }
    return hold(sink.get(), {{"port", at.port()}});
}

// Sends datagrams to a port, which need not be bound.
int udp_flood(Arguments arguments) {
    const std::string to = arguments.word("ADDRESS");
    const uint64_t port = arguments.number("PORT");
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();
    const Address at = address(to, static_cast<uint16_t>(port));
    const Descriptor source = open_socket(at.family(), SOCK_DGRAM);
    const std::vector<char> data(size, 'f');
    for (uint64_t n = 0; n < count; n++) {
        if (sendto(source.get(), data.data(), data.size(), 0, at.get(), at.length) < 0 &&
            errno != ENOBUFS)
            checked(-1, "sendto");
    }
    std::cout << "sent " << count << std::endl;
    return 0;
}

} // namespace gmsock
