// Packet sockets: unread packets of the loopback device, and mapped rings.
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdexcept>
#include <sys/mman.h>
#include <vector>

#include "gmsock/ready.h"
#include "gmsock/scenarios.h"
#include "gmsock/sockets.h"

namespace gmsock {
namespace {

Descriptor on_loopback() {
    Descriptor socket = open_socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(ETH_P_ALL);
    at.sll_ifindex = static_cast<int>(if_nametoindex("lo"));
    checked(bind(socket.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)), "bind");
    return socket;
}

} // namespace

// Sends COUNT datagrams on the loopback device, which are captured both when sent and received.
int packet_unread(Arguments arguments) {
    const uint64_t count = arguments.number("COUNT");
    const uint64_t size = arguments.number("SIZE");
    arguments.end();
    const Descriptor sink = on_loopback();
    set_receive_buffer(sink.get(), 1 << 28);
    const Descriptor other = open_socket(AF_INET, SOCK_DGRAM);
    const Address any = loopback();
    checked(bind(other.get(), any.get(), any.length), "bind");
    const Address at = local_address(other.get());
    std::vector<char> data(size, 'p');
    for (uint64_t n = 0; n < count; n++) {
        checked(sendto(other.get(), data.data(), data.size(), 0, at.get(), at.length), "sendto");
        checked(recv(other.get(), data.data(), data.size(), 0), "recv");
    }
    return hold(sink.get());
}

// Makes a ring of BLOCKS blocks of BYTES, TPACKET version 1 to 3, to receive or, with --tx, to
// send. With --unmapped the process does not map it.
int packet_ring(Arguments arguments) {
    const bool tx = arguments.flag("tx");
    const bool unmapped = arguments.flag("unmapped");
    const uint64_t version = arguments.number("VERSION");
    const uint64_t blocks = arguments.number("BLOCKS");
    const uint64_t bytes = arguments.number("BYTES");
    arguments.end();
    if (version < 1 || version > 3)
        throw std::runtime_error("there are versions 1 to 3");
    const Descriptor socket = on_loopback();
    set_option(socket.get(), SOL_PACKET, PACKET_VERSION, static_cast<int>(version) - 1,
               "PACKET_VERSION");
    constexpr unsigned int frame = 2048;
    tpacket_req3 request{};
    request.tp_block_size = static_cast<unsigned int>(bytes);
    request.tp_block_nr = static_cast<unsigned int>(blocks);
    request.tp_frame_size = frame;
    request.tp_frame_nr = static_cast<unsigned int>(bytes / frame * blocks);
    // The request of versions 1 and 2 is the first part of the version 3 request.
    const socklen_t length = version == 3 ? sizeof(tpacket_req3) : sizeof(tpacket_req);
    checked(setsockopt(socket.get(), SOL_PACKET, tx ? PACKET_TX_RING : PACKET_RX_RING, &request,
                       length),
            "PACKET_RX_RING");
    if (!unmapped && mmap(nullptr, bytes * blocks, PROT_READ | PROT_WRITE, MAP_SHARED, socket.get(),
                          0) == MAP_FAILED)
        checked(-1, "mmap");
    return hold(socket.get());
}

} // namespace gmsock
