// leakctl trace: what was allocated in a window of time and is still held.
#pragma once

#include "commands/command.h"
#include "lib/findings/report.h"
#include "lib/findings/trace_window.h"
#include "output/progress.h"

namespace ghostmem::commands {

struct TraceArguments {
    TraceOptions window;
    ListOptions list;
    bool stacks = false;
};

/// An interrupted sleep of the clock ends the window early: still a success.
TraceReport trace(const Context& context, const TraceArguments& arguments,
                  output::ProgressBar& bar);

} // namespace ghostmem::commands
