// leakctl top: the ledger and the worst holders, live.
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

/// Until a key ends it. Without the module it shows what /proc tells.
int top(const Context& context, output::Screen& screen, const TopArguments& arguments);

} // namespace ghostmem::commands
