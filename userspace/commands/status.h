// leakctl status: memory, tracking, ghosts, verdict.
#pragma once

#include "commands/context.h"

namespace ghostmem::commands {

/// Prints what /proc tells also when the module is not loaded, and throws
/// Error(no_module) then.
int status(Context& context);

} // namespace ghostmem::commands
