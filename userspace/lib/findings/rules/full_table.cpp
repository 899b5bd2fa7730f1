// The table of sites is full, so that memory has no name.
#include <algorithm>

#include <fmt/format.h>

#include "lib/base/saturate.h"
#include "lib/base/units.h"
#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

// Less under (other) hides nothing that matters.
constexpr uint64_t much_without_name = 1024 * 1024;
// A round number that the module's parameter max_sites still takes.
constexpr uint64_t most_sites = 250'000;

std::vector<Finding> find(const VerdictInput& in) {
    if (!in.status)
        return {};
    uint64_t bytes = 0;
    uint64_t allocations = 0;
    for (const SiteView& view : in.sites) {
        if (!view.is_overflow())
            continue;
        bytes = add(bytes, view.live_bytes);
        allocations = add(allocations, view.site.allocs);
    }
    if (bytes < much_without_name)
        return {};
    const uint32_t sites_max = in.status->sites_max;
    const uint64_t larger = std::min(multiply(sites_max, 4), most_sites);
    std::string next;
    if (larger > sites_max)
        next = fmt::format("; for a larger one: rmmod ghostmem; modprobe ghostmem max_sites={}",
                           larger);
    return {{.sentence = fmt::format(
                 "The table of sites ({}) is full: {} of {} have no name (leakctl "
                 "sites --class other){}.",
                 sites_max, format_bytes(bytes), count_of(allocations, "allocation"), next),
             .bytes = bytes}};
}

} // namespace

extern const Rule full_table_rule{
    .name = "full_table",
    .finds = "The table of sites was full when a new stack came, so that at least 1 MiB is counted "
             "at the site `(other)`, which "
             "says nothing about who holds it.",
    .levels = "A warning.",
    .sure = "Certain.",
    .check =
        "`leakctl sites --class other`. The module's parameter `max_sites` makes a larger table.",
    .find = find,
};

} // namespace ghostmem
