// A TCP segment made by hand, for the connection of two sockets of ours over IPv4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gmsock {

struct SegmentPlace {
    uint32_t source = 0; // addresses and ports in the network's byte order
    uint32_t destination = 0;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
    uint32_t sequence = 0;
    uint32_t acknowledged = 0;
};

// With its IP header and correct checksums.
std::vector<uint8_t> segment(const SegmentPlace& place, size_t bytes);

} // namespace gmsock
