// Error queues with ICMP errors, and with time stamps of sent packets.
#include <cerrno>
#include <linux/net_tstamp.h>
#include <vector>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {

// Sends COUNT datagrams to an unbound port: each returns as an ICMP error that includes its data.
int icmp_errors(Arguments arguments) {
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();
    const Descriptor socket = open_socket(AF_INET, SOCK_DGRAM);
    set_receive_buffer(socket.get(), 1 << 24);
    set_option(socket.get(), SOL_IP, IP_RECVERR, 1, "IP_RECVERR");
    const Address nobody = loopback(9);
    const std::vector<char> data(size, 'e');
    for (uint64_t n = 0; n < count; n++) {
        // If an error has arrived in the meantime, sendto() reports it instead of sending.
        while (sendto(socket.get(), data.data(), data.size(), 0, nobody.get(), nobody.length) < 0) {
            if (errno != ECONNREFUSED)
                checked(-1, "sendto");
        }
    }
    return hold(socket.get());
}

// Sends COUNT datagrams, each of which leaves a time stamp with its data in the error queue.
int timestamps(Arguments arguments) {
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();
    const Descriptor sink = open_socket(AF_INET, SOCK_DGRAM);
    const Address any = loopback();
    checked(bind(sink.get(), any.get(), any.length), "bind");
    const Address at = local_address(sink.get());
    const Descriptor socket = open_socket(AF_INET, SOCK_DGRAM);
    set_receive_buffer(socket.get(), 1 << 24);
    set_option(socket.get(), SOL_SOCKET, SO_TIMESTAMPING,
               SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID,
               "SO_TIMESTAMPING");
    std::vector<char> data(size, 't');
    for (uint64_t n = 0; n < count; n++) {
        checked(sendto(socket.get(), data.data(), data.size(), 0, at.get(), at.length), "sendto");
        checked(recv(sink.get(), data.data(), data.size(), 0), "recv");
    }
    return hold(socket.get());
}

} // namespace gmsock
