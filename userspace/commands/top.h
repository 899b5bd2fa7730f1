// leakctl top: a live view of the ledger and the largest holders.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "commands/command.h"
#include "output/top/screen.h"

namespace ghostmem::commands {

struct TopArguments {
    std::optional<std::filesystem::path> thresholds;
    std::chrono::milliseconds interval = output::TopState{}.interval;
};

/// Runs until a key ends it. Without the module, shows what /proc provides.
int top(const Context& context, output::Screen& screen, const TopArguments& arguments);

} // namespace ghostmem::commands
