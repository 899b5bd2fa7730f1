// What was allocated in a span of time and is still held after a while.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "lib/model/clock.h"
#include "lib/model/module_source.h"
#include "lib/model/site.h"
#include "lib/model/status.h"

namespace ghostmem {

struct TraceOptions {
    std::chrono::seconds window{1}; ///< at least 1: the tracker's clock has whole seconds
    std::chrono::seconds settle{0};
};

struct TraceProgress {
    enum class Phase { recording, settling, measuring } phase = Phase::recording;
    std::chrono::milliseconds done{0};
    std::chrono::milliseconds total{0};
};

struct TraceOutcome {
    Status status;           ///< as it was after the dump
    std::vector<Site> sites; ///< with window_pages, at least 1
    uint64_t since_s = 0;    ///< the window: since_s <= clock_s < until_s
    uint64_t until_s = 0;
    std::chrono::seconds settled{0}; ///< how long frees were actually awaited
    bool interrupted = false;
};

/// Blocks for window and settle, or less if the clock's sleep is interrupted: an interrupted window
/// ends now and nothing settles, an interrupted settling ends early. Throws Error: not_recording or
/// disabled at the start, inconsistent if the tracker was reset meanwhile.
TraceOutcome run_trace(ModuleSource& kernel, Clock& clock, const TraceOptions& options,
                       const std::function<void(const TraceProgress&)>& report);

/// Throws not_recording or disabled unless the tracker is recording.
void require_recording(const Status& status);

} // namespace ghostmem
