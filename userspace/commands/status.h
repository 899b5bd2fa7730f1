// leakctl status: memory, tracking, ghosts, verdict.
#pragma once

#include <filesystem>
#include <optional>

#include "commands/command.h"
#include "lib/findings/report.h"

namespace ghostmem::commands {

/// Prints what /proc tells also when the module is not loaded, and throws
/// Error(no_module) then.
int status(const Context& context, const std::optional<std::filesystem::path>& thresholds);

} // namespace ghostmem::commands
