// leakctl trace: memory that was allocated within a time window and is still held.
#pragma once

#include "commands/command.h"
#include "commands/options.h"
#include "lib/findings/report.h"
#include "lib/findings/trace_window.h"
#include "output/progress.h"

namespace ghostmem::commands {

struct TraceArguments {
    TraceOptions window;
    ListOptions list;
    Layout layout;
};

/// Records one window. An interrupted sleep ends the window early, which is not an error.
TraceReport trace(const Context& context, const TraceArguments& arguments,
                  output::ProgressBar& bar);

} // namespace ghostmem::commands
