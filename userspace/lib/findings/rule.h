// A rule of the verdict: what it looks for, how sure it is, and how to check it. Each has a file in
// rules/; docs/verdicts.md is generated from them.
#pragma once

#include <string_view>
#include <vector>

#include "lib/findings/finding.h"
#include "lib/findings/verdict_input.h"

namespace ghostmem {

struct Rule {
    std::string_view name; ///< a stable word, the one that JSON uses

    // Paragraphs of docs/verdicts.md, in whole sentences.
    std::string_view finds;  ///< what has to be the case
    std::string_view levels; ///< when it is a warning and when a leak
    std::string_view sure;   ///< how sure it is, and what else could look like it
    std::string_view check;  ///< how to see the same without ghostmem, and what to do

    /// Returns what it finds; `rule` is not set yet.
    std::vector<Finding> (*find)(const VerdictInput&);
};

/// In the order in which findings of the same level are listed: what is lost for certain, what
/// grows, what is large, and what cannot be known.
const std::vector<const Rule*>& all_rules();

} // namespace ghostmem
