// What can be read at the kernel's addresses.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gmkcore {

class Memory {
  public:
    virtual ~Memory() = default;
    // All of it, or an exception.
    virtual void read(uint64_t address, void* to, size_t size) = 0;
};

} // namespace gmkcore
