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

/// Whether only a name was lost: all bytes are counted nevertheless.
bool counted_all_the_same(const Lost& lost);

/// Returns what its count is of: "event" or "page".
std::string_view unit_of(const Lost& lost);

/// Returns the number of allocated pages that have no record for these reasons, if each allocation
/// has `pages_each` pages.
uint64_t pages_without_record(const std::vector<Lost>& lost, uint64_t pages_each);

} // namespace ghostmem
