// leakctl procs: processes that are not what they look like, and what helps.
#pragma once

#include "commands/command.h"
#include "lib/procs/report.h"

namespace ghostmem::commands {

/// Lists findings about processes. Does not need the module.
int procs(const Context& context, const ProcsOptions& options);

} // namespace ghostmem::commands
