// Gathers a snapshot of this host.
#pragma once

#include <chrono>
#include <filesystem>

#include "lib/findings/thresholds.h"
#include "lib/host/run_clock.h"
#include "lib/model/clock.h"
#include "lib/model/module_source.h"
#include "lib/model/task_source.h"
#include "lib/snapshot/snapshot.h"
#include "lib/sock_diag/source.h"

namespace ghostmem {

/// Where a snapshot comes from; tests replace each part.
struct SnapshotSources {
    ModuleSource& kernel;
    DiagSource& diag;
    TaskSource& tasks;
    Clock& clock;
    RunClock& run_clock;
    std::filesystem::path root;
};

struct SnapshotOptions {
    Thresholds thresholds{};                  ///< of the verdict
    std::chrono::milliseconds interval{2000}; ///< for which tasks are watched
    uint64_t taken_s = 0;                     ///< the present time
    /// The record of the kernel's log from which on events are taken, if the boot is still the one
    /// of `log_boot_id`. 0: all that there are.
    uint64_t log_from = 0;
    std::string log_boot_id{};
};

/// What cannot be read is in Snapshot::missing. A module that does not answer for a reason of
/// can_do_without_module() is such a gap; any other failure throws Error.
Snapshot gather_snapshot(const SnapshotSources& sources, const SnapshotOptions& options);

} // namespace ghostmem
