// /proc/allocinfo: what each line of source has taken and not given back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gmwitness {

struct CallSite {
    int64_t bytes = 0;
    int64_t calls = 0;
    std::string where; // file:line
    std::string function;
};

// Those that hold something.
std::vector<CallSite> parse_allocinfo(const std::string& text);

} // namespace gmwitness
