#include "gmsock/segment.h"

#include <algorithm>
#include <cstring>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>

namespace gmsock {
namespace {

uint32_t sum_of(const uint8_t* data, size_t size, uint32_t sum) {
    for (size_t n = 0; n + 1 < size; n += 2)
        sum += static_cast<uint32_t>(data[n] << 8 | data[n + 1]);
    if (size % 2)
        sum += static_cast<uint32_t>(data[size - 1] << 8);
    return sum;
}

uint16_t folded(uint32_t sum) {
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return htons(static_cast<uint16_t>(~sum));
}

} // namespace

std::vector<uint8_t> segment(const SegmentPlace& place, size_t bytes) {
    std::vector<uint8_t> packet(sizeof(iphdr) + sizeof(tcphdr) + bytes, 'o');
    iphdr ip{};
    ip.version = 4;
    ip.ihl = sizeof(ip) / 4;
    ip.tot_len = htons(static_cast<uint16_t>(packet.size()));
    ip.ttl = 64;
    ip.protocol = IPPROTO_TCP;
    ip.saddr = place.source;
    ip.daddr = place.destination;
    tcphdr tcp{};
    tcp.source = place.source_port;
    tcp.dest = place.destination_port;
    tcp.seq = htonl(place.sequence);
    tcp.ack_seq = htonl(place.acknowledged);
    tcp.doff = sizeof(tcp) / 4;
    tcp.ack = 1;
    tcp.window = htons(0xffff);
    std::memcpy(packet.data() + sizeof(ip), &tcp, sizeof(tcp));

    // The checksum includes addresses, protocol and length.
    const size_t length = packet.size() - sizeof(ip);
    uint32_t sum = IPPROTO_TCP + static_cast<uint32_t>(length);
    sum = sum_of(reinterpret_cast<const uint8_t*>(&ip.saddr), 2 * sizeof(uint32_t), sum);
    tcp.check = folded(sum_of(packet.data() + sizeof(ip), length, sum));
    std::memcpy(packet.data() + sizeof(ip), &tcp, sizeof(tcp));
    // The kernel writes the checksum of the IP header.
    std::memcpy(packet.data(), &ip, sizeof(ip));
    return packet;
}

} // namespace gmsock
