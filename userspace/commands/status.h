// leakctl status: memory, tracking, ghosts, verdict.
#pragma once

#include <filesystem>
#include <optional>

#include "commands/command.h"
#include "lib/findings/report.h"

namespace ghostmem::commands {

/// Prints the status. When the module does not answer, prints what /proc provides, then throws the
/// Error that says why.
int status(const Context& context, const std::optional<std::filesystem::path>& thresholds);

/// Prints the status of a host of which root has recorded files, and never asks the module.
int recorded_status(const Context& context, const std::filesystem::path& root,
                    const std::optional<std::filesystem::path>& thresholds);

} // namespace ghostmem::commands
