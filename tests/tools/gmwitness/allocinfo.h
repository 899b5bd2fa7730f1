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

    // The counters are read one after the other: bytes may be there without a call.
    [[nodiscard]] int64_t bytes_a_call() const { return calls > 0 ? bytes / calls : bytes; }
};

// Those that hold something.
std::vector<CallSite> parse_allocinfo(const std::string& text);

} // namespace gmwitness
