// The verdict on all findings, in sentences.
#pragma once

#include <string>
#include <vector>

#include "lib/findings/finding.h"
#include "lib/findings/verdict_input.h"

namespace ghostmem {

struct Verdict {
    VerdictLevel level = VerdictLevel::ok;
    std::vector<Finding> findings;    ///< the gravest first; empty if all is well
    std::vector<std::string> reasons; ///< their sentences, or that all is well; never empty
};

/// Applies all rules (rule.h). The level is that of the gravest finding. Thresholds has the limits.
Verdict judge(const VerdictInput& input);

} // namespace ghostmem
