// The rules by which findings are made: from when on something is reported, and how sure it is.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lib/procs/finding.h"

namespace ghostmem {

struct ProcRule {
    ProcFindingKind kind;
    std::string_view name; ///< of the finding
    Confidence confidence; ///< a finding may say less, never more
    uint64_t least;        ///< from this on it is reported
    std::string_view unit; ///< of `least`
    std::string_view why;  ///< why not from less on
};

/// One of each kind, in the order of their urgency.
std::span<const ProcRule> proc_rules();
const ProcRule& rule_of(ProcFindingKind kind);

} // namespace ghostmem
