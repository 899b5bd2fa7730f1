// Segments in the out-of-order queue, which wait for one that never arrives.
#include <linux/tcp.h>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/segment.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

// Returns the next sequence number that the socket expects or sends, using TCP repair mode.
uint32_t sequence(int socket, int queue) {
    set_option(socket, IPPROTO_TCP, TCP_REPAIR_QUEUE, queue, "TCP_REPAIR_QUEUE");
    uint32_t value = 0;
    socklen_t length = sizeof(value);
    checked(getsockopt(socket, IPPROTO_TCP, TCP_QUEUE_SEQ, &value, &length), "TCP_QUEUE_SEQ");
    return value;
}

} // namespace

// Sends COUNT segments of SIZE bytes, each after a gap, as if the network had lost the segments in
// between.
int tcp_out_of_order(Arguments arguments) {
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();
    const Connection connection = tcp_connection(1 << 24);
    const int server = connection.server.get();
    const Address here = local_address(server);
    const Address there = local_address(connection.client.get());
    const auto* const local = reinterpret_cast<const sockaddr_in*>(here.get());
    const auto* const remote = reinterpret_cast<const sockaddr_in*>(there.get());

    set_option(server, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_ON, "TCP_REPAIR");
    SegmentPlace place;
    place.source = remote->sin_addr.s_addr;
    place.destination = local->sin_addr.s_addr;
    place.source_port = remote->sin_port;
    place.destination_port = local->sin_port;
    place.sequence = sequence(server, TCP_RECV_QUEUE);
    place.acknowledged = sequence(server, TCP_SEND_QUEUE);
    set_option(server, IPPROTO_TCP, TCP_REPAIR, TCP_REPAIR_OFF_NO_WP, "TCP_REPAIR");

    const Descriptor raw = open_socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    for (uint64_t n = 0; n < count; n++) {
        place.sequence += 100;
        const auto packet = segment(place, size);
        checked(sendto(raw.get(), packet.data(), packet.size(), 0, here.get(), here.length),
                "sendto");
        place.sequence += static_cast<uint32_t>(size);
    }
    return hold(server, {{"port", here.port()}});
}

} // namespace gmsock
