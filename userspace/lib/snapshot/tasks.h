// What a snapshot says of tasks and their handles.
#pragma once

#include <filesystem>

#include "lib/procs/survey.h"
#include "lib/snapshot/snapshot.h"

namespace ghostmem {

/// Fills `tasks`, `procs`, `processes` and `handles`, and says in `missing` what is not in them.
void take_tasks(Snapshot& snapshot, const Observation& seen, const std::filesystem::path& root);

} // namespace ghostmem
