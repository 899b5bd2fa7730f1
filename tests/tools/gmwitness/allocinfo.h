// /proc/allocinfo: the memory that each source line has allocated and that is not freed.
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

    // The two counters are not read atomically, so there may be bytes without a call.
    [[nodiscard]] int64_t bytes_a_call() const { return calls > 0 ? bytes / calls : bytes; }
};

// Returns the call sites that hold memory.
std::vector<CallSite> parse_allocinfo(const std::string& text);

} // namespace gmwitness
