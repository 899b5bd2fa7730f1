#pragma once

#include <cstdint>

namespace gmsock {

// Raises the limit of open descriptors to @count.
void allow_descriptors(uint64_t count);

} // namespace gmsock
