// What a snapshot says of the kernel's log.
#pragma once

#include <filesystem>

#include "lib/model/task.h"
#include "lib/snapshot/snapshot.h"

namespace ghostmem {

/// Fills `log`, or says in `missing` why not. Conditions are those of the whole log, because one
/// that began long ago may still last; events are those of the records whose numbers are `from` or
/// above. A condition about a task is over when `tasks` does not have that task in uninterruptible
/// sleep.
void take_log(Snapshot& snapshot, const std::filesystem::path& root, uint64_t from,
              const TaskList& tasks);

} // namespace ghostmem
