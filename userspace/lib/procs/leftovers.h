// Findings about what outlives the processes it was made for: namespaces and control groups.
#pragma once

#include <vector>

#include "lib/procs/finding.h"
#include "lib/procs/observation.h"

namespace ghostmem {

std::vector<ProcFinding> namespace_findings(const Observation& seen);
std::vector<ProcFinding> cgroup_findings(const Observation& seen);

} // namespace ghostmem
