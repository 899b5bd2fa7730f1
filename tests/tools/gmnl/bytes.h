// What goes over the socket, either way.
#pragma once

#include <cstdint>
#include <vector>

namespace gmnl {

using Bytes = std::vector<uint8_t>;

} // namespace gmnl
