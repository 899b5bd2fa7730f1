#include "gmkcore/kernel.h"

#include <stdexcept>
#include <utility>

namespace gmkcore {

Kernel::Kernel(Btf types, Symbols symbols, Memory& memory)
    : types(std::move(types)), symbols(std::move(symbols)), memory_(memory) {}

uint64_t Kernel::get(uint64_t address, const Field& field) const {
    uint64_t value = 0; // little-endian
    if (field.width) {
        memory_.read(address + field.offset, &value, (field.bit + field.width + 7) / 8);
        return value >> field.bit & ((uint64_t{1} << field.width) - 1);
    }
    if (field.size > sizeof(value) || field.size == 0)
        throw std::logic_error("a member of " + std::to_string(field.size) + " bytes is no word");
    memory_.read(address + field.offset, &value, field.size);
    return value;
}

uint64_t Kernel::pointer(uint64_t address) const {
    uint64_t value = 0;
    memory_.read(address, &value, sizeof(value));
    return value;
}

std::string Kernel::text(uint64_t address, const Field& field) const {
    std::string text(field.size, '\0');
    memory_.read(address + field.offset, text.data(), text.size());
    return text.substr(0, text.find('\0'));
}

} // namespace gmkcore
