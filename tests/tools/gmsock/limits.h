#pragma once

#include <cstdint>

namespace gmsock {

// So many descriptors at once.
void allow_descriptors(uint64_t count);

} // namespace gmsock
