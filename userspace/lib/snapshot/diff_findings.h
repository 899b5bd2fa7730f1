// Which findings began, ended or last between two snapshots.
#pragma once

#include <vector>

#include "lib/snapshot/diff.h"

namespace ghostmem {

/// A process is the same one by its pid within a boot, else by its name.
std::vector<DiffFinding> compare_findings(const Snapshot& before, const Snapshot& after,
                                          bool same_boot);

} // namespace ghostmem
