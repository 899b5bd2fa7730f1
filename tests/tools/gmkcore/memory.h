// Read access to kernel memory by virtual address.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gmkcore {

class Memory {
  public:
    virtual ~Memory() = default;
    // Reads all @size bytes, or throws.
    virtual void read(uint64_t address, void* to, size_t size) = 0;
};

} // namespace gmkcore
