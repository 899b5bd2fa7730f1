#include "lib/findings/verdict.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "lib/base/units.h"
#include "lib/findings/rule.h"

namespace ghostmem {

namespace {

std::string all_is_well(const VerdictInput& in) {
    const uint64_t purpose = std::min(in.on_purpose_bytes, in.ledger.ghost);
    if (in.is_large(purpose)) {
        const Holder* most = in.largest_holder(true);
        return fmt::format("Ghosts ({}) are below the limits ({}) but for {} that was set up so{}, "
                           "and no unloaded module is seen to hold memory.",
                           format_bytes(in.ledger.ghost), in.thresholds.limits(),
                           format_bytes(purpose),
                           most == nullptr ? "" : fmt::format(" ({})", described(*most)));
    }
    return fmt::format("Ghosts ({}) are below the limits ({}), and no unloaded module is seen to "
                       "hold memory.",
                       format_bytes(in.ledger.ghost), in.thresholds.limits());
}

} // namespace

Verdict judge(const VerdictInput& input) {
    Verdict verdict;
    for (const Rule* rule : all_rules()) {
        for (Finding& finding : rule->find(input)) {
            finding.rule = rule->name;
            verdict.level = std::max(verdict.level, finding.level);
            verdict.findings.push_back(std::move(finding));
        }
    }
    std::ranges::stable_sort(verdict.findings, std::greater{}, &Finding::level);
    for (const Finding& finding : verdict.findings)
        verdict.reasons.push_back(finding.sentence);
    if (verdict.findings.empty())
        verdict.reasons.push_back(all_is_well(input));
    return verdict;
}

} // namespace ghostmem
