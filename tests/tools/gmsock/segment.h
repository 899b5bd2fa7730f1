// A hand-made TCP segment for an IPv4 connection between two of our sockets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gmsock {

struct SegmentPlace {
    uint32_t source = 0; // addresses and ports in network byte order
    uint32_t destination = 0;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
    uint32_t sequence = 0;
    uint32_t acknowledged = 0;
};

// Builds a segment with its IP header and a correct TCP checksum.
std::vector<uint8_t> segment(const SegmentPlace& place, size_t bytes);

} // namespace gmsock
