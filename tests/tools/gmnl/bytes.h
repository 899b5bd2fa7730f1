// The raw bytes of sent and received messages.
#pragma once

#include <cstdint>
#include <vector>

namespace gmnl {

using Bytes = std::vector<uint8_t>;

} // namespace gmnl
