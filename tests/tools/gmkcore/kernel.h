// The running kernel: its types, its symbols, its memory.
#pragma once

#include <cstdint>
#include <string>

#include "gmkcore/btf.h"
#include "gmkcore/memory.h"
#include "gmkcore/symbols.h"

namespace gmkcore {

class Kernel {
  public:
    Kernel(Btf types, Symbols symbols, Memory& memory);

    // Reads a member of the structure at @address, whatever its width. For a structure that wraps
    // one word (atomic_t, memdesc_flags_t), reads that word.
    [[nodiscard]] uint64_t get(uint64_t address, const Field& field) const;
    [[nodiscard]] uint64_t pointer(uint64_t address) const;
    [[nodiscard]] std::string text(uint64_t address, const Field& field) const;

    const Btf types;
    const Symbols symbols;

  private:
    Memory& memory_;
};

} // namespace gmkcore
