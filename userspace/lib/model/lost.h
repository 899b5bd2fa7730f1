// A reason for which something was not, or not fully, accounted for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ghostmem {

struct Lost {
    std::string name;
    uint64_t count = 0;
    std::string meaning;
};

/// Whether it cost a name, not a byte.
bool counted_all_the_same(const Lost& lost);

/// What its count is of: "event" or "page".
std::string_view unit_of(const Lost& lost);

/// Pages that were allocated and have no record for it, where an allocation is of so many.
uint64_t pages_without_record(const std::vector<Lost>& lost, uint64_t pages_each);

} // namespace ghostmem
