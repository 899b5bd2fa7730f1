// What devices have left, as reasons of the verdict.
#pragma once

#include <string>
#include <vector>

#include "lib/attribution/estimate.h"
#include "lib/findings/cycles.h"

namespace ghostmem {

struct CycleReason {
    bool leak = false; ///< otherwise it may be a leak
    std::string sentence;
};

/// The devices that have left most, three at the most. A device whose lives go on leaving memory
/// leaks; if its driver has had others at the same time, it may only seem to. A device that has
/// gone or has lost its driver and left much, in too few lives to tell, may leak. What code that
/// has been unloaded took in so few lives is not repeated here: the modules are a reason of their
/// own.
std::vector<CycleReason> cycle_reasons(const std::vector<AccountFinding>& devices,
                                       const Sampling& sampling);

} // namespace ghostmem
