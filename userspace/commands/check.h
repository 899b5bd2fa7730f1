// `leakctl check`.
#pragma once

#include <filesystem>
#include <optional>

#include "commands/context.h"
#include "lib/snapshot/gather.h"

namespace ghostmem::commands {

struct CheckArguments {
    SnapshotOptions options;
    std::optional<std::filesystem::path> thresholds; ///< as Thresholds::choose() takes it
    bool without_module = false;
};

/// Returns the code of CheckState, and never throws: whatever fails is told in the line.
int check(const Context& context, const CheckArguments& arguments);

} // namespace ghostmem::commands
