// Events that were not recorded.
#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

std::vector<Finding> find(const VerdictInput& in) {
    std::vector<Finding> findings;
    if (!in.status)
        return findings;
    for (const Lost& lost : in.status->lost) {
        if (lost.count != 0 && !counted_all_the_same(lost))
            findings.push_back({.sentence = fmt::format("Totals may be off by {} ({}): {}.",
                                                        count_of(lost.count, unit_of(lost)),
                                                        lost.name, lost.meaning)});
    }
    return findings;
}

} // namespace

extern const Rule lost_events_rule{
    .name = "lost_events",
    .finds = "The tracker could not record some allocations or frees, for example because the "
             "memory of a newly added page frame "
             "had no record yet. Events that cost only a name are not reported.",
    .levels = "A warning: totals may be off by that many events or pages.",
    .sure = "Certain; each reason is counted where it occurs.",
    .check = "`leakctl status` lists them by reason under *Lost*; `leakctl reset` begins anew.",
    .find = find,
};

} // namespace ghostmem
