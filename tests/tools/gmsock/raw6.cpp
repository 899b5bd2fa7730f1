// A socket like zebra's: a raw ICMPv6 socket with a large buffer that is never read, and a sender
// that fills it.
#include <cerrno>
#include <cstring>
#include <iostream>
#include <netinet/icmp6.h>
#include <vector>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

constexpr int large = 1 << 30;

// An ICMPv6 type that no kernel answers, so that as many packets arrive as are sent; neighbour
// discovery packets have other types and are not counted.
constexpr uint8_t experimental = 200;

Descriptor raw_icmp6() {
    return open_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
}

} // namespace

int raw6_sink(Arguments arguments) {
    const uint64_t bytes = arguments.option("buffer", large);
    const bool all = arguments.flag("all");
    arguments.end();
    const Descriptor socket = raw_icmp6();
    icmp6_filter filter{};
    if (!all) {
        ICMP6_FILTER_SETBLOCKALL(&filter);
        ICMP6_FILTER_SETPASS(experimental, &filter);
    }
    checked(setsockopt(socket.get(), IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)),
            "ICMP6_FILTER");
    set_receive_buffer(socket.get(), static_cast<int>(bytes));
    return hold(socket.get());
}

int raw6_flood(Arguments arguments) {
    const uint64_t type = arguments.option("type", experimental);
    const Address to = address(arguments.word("ADDRESS"), 0);
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();

    const Descriptor socket = raw_icmp6();
    set_receive_buffer(socket.get(), 0); // the sender's own socket must not queue packets, too
    // The send buffer is left at its default: with a larger one, the device's queue would overflow
    // without an error.
    checked(connect(socket.get(), to.get(), to.length), "connect");
    // The header, whose checksum the kernel writes, and SIZE bytes of data.
    std::vector<char> packet(sizeof(icmp6_hdr) + size, 'z');
    auto* const header = reinterpret_cast<icmp6_hdr*>(packet.data());
    std::memset(header, 0, sizeof(*header));
    header->icmp6_type = static_cast<uint8_t>(type);
    constexpr size_t batch = 64;
    iovec data{packet.data(), packet.size()};
    std::vector<mmsghdr> messages(batch);
    for (mmsghdr& message : messages) {
        message.msg_hdr.msg_iov = &data;
        message.msg_hdr.msg_iovlen = 1;
    }
    uint64_t sent = 0;
    while (sent < count) {
        const auto wanted = static_cast<unsigned int>(std::min<uint64_t>(batch, count - sent));
        const int done = sendmmsg(socket.get(), messages.data(), wanted, 0);
        // The device's queue is full: try again.
        if (done < 0 && errno == ENOBUFS)
            continue;
        sent += static_cast<uint64_t>(checked(done, "sendmmsg"));
    }
    std::cout << "sent " << sent << std::endl;
    return 0;
}

} // namespace gmsock
