// leakctl top: the ledger and the worst holders, live.
#pragma once

#include "commands/context.h"
#include "output/top/screen.h"

namespace ghostmem::commands {

/// Until a key ends it. Without the module it shows what /proc tells.
int top(Context& context, output::Screen& screen, std::chrono::milliseconds interval);

} // namespace ghostmem::commands
