// Findings about descriptors, deleted files and the system's file table.
#pragma once

#include <vector>

#include "lib/procs/finding.h"
#include "lib/procs/observation.h"

namespace ghostmem {

std::vector<ProcFinding> descriptor_findings(const Observation& seen);
std::vector<ProcFinding> deleted_file_findings(const Observation& seen);
std::vector<ProcFinding> system_file_findings(const Observation& seen);

} // namespace ghostmem
