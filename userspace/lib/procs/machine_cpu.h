// Findings about /proc/stat: CPU time of the machine that no task has, and times that cannot be.
#pragma once

#include <vector>

#include "lib/procs/finding.h"
#include "lib/procs/observation.h"

namespace ghostmem {

/// How much CPU time the tasks that were there both times have used meanwhile, in seconds, by the
/// scheduler. nullopt: this kernel has no schedstat.
std::optional<double> run_seconds(const TaskList& before, const TaskList& after);

std::vector<ProcFinding> machine_cpu_findings(const Observation& seen);

} // namespace ghostmem
