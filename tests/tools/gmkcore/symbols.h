// Addresses of the kernel's own symbols, from /proc/kallsyms.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <string_view>

namespace gmkcore {

class Symbols {
  public:
    explicit Symbols(std::istream& kallsyms);

    // Throws if the kernel has no such symbol or hides its address.
    [[nodiscard]] uint64_t at(std::string_view name) const;

  private:
    std::map<std::string, uint64_t, std::less<>> addresses_;
};

} // namespace gmkcore
