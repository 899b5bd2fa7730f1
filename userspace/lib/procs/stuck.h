// Findings about tasks in uninterruptible sleep (state D).
#pragma once

#include <cstdint>
#include <vector>

#include "lib/procs/finding.h"
#include "lib/procs/observation.h"

namespace ghostmem {

/// Tasks that were uninterruptible both times and have not been switched away in between: others
/// sleep uninterruptibly all the time, but wake all the time as well, and are well. Needs the two
/// looks and the switches alone.
std::vector<const Task*> unswitched(const Observation& seen);

/// For tasks whose details are known.
std::vector<ProcFinding> stuck_findings(const Observation& seen);

} // namespace ghostmem
