#include "lib/findings/gaps.h"

#include <algorithm>

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"

namespace ghostmem {

namespace {

// Less under (other) hides nothing that matters.
constexpr uint64_t much_without_name = 1024 * 1024;
// A round number that the module's parameter max_sites still takes.
constexpr uint64_t most_sites = 250'000;

} // namespace

std::string missing_lines(const std::vector<MeminfoOddLine>& odd) {
    std::string lines;
    for (const MeminfoOddLine& line : odd) {
        if (line.needed)
            lines += fmt::format("{}{}: {}", lines.empty() ? "" : ", ", line.name, line.value);
    }
    if (lines.empty())
        return {};
    return fmt::format("How much is in ghosts cannot be said: /proc/meminfo has values that cannot "
                       "be and are left out ({}).",
                       lines);
}

std::string full_table(const std::vector<SiteView>& sites, uint32_t sites_max) {
    uint64_t bytes = 0;
    uint64_t allocations = 0;
    for (const SiteView& view : sites) {
        if (!view.is_overflow())
            continue;
        bytes = add(bytes, view.live_bytes);
        allocations = add(allocations, view.site.allocs);
    }
    if (bytes < much_without_name)
        return {};
    const uint64_t larger = std::min(multiply(sites_max, 4), most_sites);
    std::string next;
    if (larger > sites_max)
        next = fmt::format("; for a larger one: rmmod ghostmem; modprobe ghostmem max_sites={}",
                           larger);
    return fmt::format("The table of sites ({}) is full: {} of {} have no name (leakctl sites "
                       "--class other){}.",
                       sites_max, format_bytes(bytes), count_of(allocations, "allocation"), next);
}

} // namespace ghostmem
