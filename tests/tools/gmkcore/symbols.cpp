#include "gmkcore/symbols.h"

#include <array>
#include <charconv>
#include <stdexcept>

namespace gmkcore {
namespace {

// Only these are kept: there are 200,000 symbols, and the guest is slow.
constexpr std::array wanted = {
    std::string_view("init_task"),    std::string_view("page_offset_base"),
    std::string_view("phys_base"),    std::string_view("socket_file_ops"),
    std::string_view("tcp_hashinfo"), std::string_view("vmalloc_base"),
    std::string_view("vmemmap_base"),
};

} // namespace

Symbols::Symbols(std::istream& kallsyms) {
    std::string line;
    while (std::getline(kallsyms, line)) {
        uint64_t address = 0;
        const char* const end = line.data() + line.size();
        const char* const rest = std::from_chars(line.data(), end, address, 16).ptr;
        if (end - rest < 4)
            continue;
        // The name follows a blank, the type and another blank. A module's symbol is followed by
        // the module's name.
        const std::string_view name(rest + 3, static_cast<size_t>(end - rest - 3));
        for (const std::string_view each : wanted) {
            if (name == each)
                addresses_.emplace(each, address);
        }
    }
}

uint64_t Symbols::at(std::string_view name) const {
    const auto found = addresses_.find(name);
    if (found == addresses_.end())
        throw std::runtime_error("/proc/kallsyms has no " + std::string(name));
    if (!found->second)
        throw std::runtime_error("/proc/kallsyms hides addresses: run as root");
    return found->second;
}

} // namespace gmkcore
