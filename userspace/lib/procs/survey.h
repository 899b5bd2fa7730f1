// Looks at all tasks twice, and then closer at those that a finding may be about.
#pragma once

#include <chrono>
#include <filesystem>

#include "lib/host/run_clock.h"
#include "lib/model/clock.h"
#include "lib/model/task_source.h"
#include "lib/procs/observation.h"

namespace ghostmem {

/// Where an observation comes from; tests replace each part.
struct ProcsHost {
    TaskSource& tasks;
    Clock& clock;
    RunClock& run_clock;
    std::filesystem::path root;
};

/// If the wait between the two looks is interrupted, the second one is taken at once.
Observation observe(const ProcsHost& host, std::chrono::milliseconds interval);

} // namespace ghostmem
