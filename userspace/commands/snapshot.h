// `leakctl snapshot`.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

#include "commands/context.h"
#include "lib/snapshot/gather.h"

namespace ghostmem::commands {

struct SnapshotArguments {
    SnapshotOptions options;
    std::optional<std::filesystem::path> file;       ///< nullopt: standard output
    std::optional<std::filesystem::path> thresholds; ///< as Thresholds::choose() takes it
};

int snapshot(const Context& context, const SnapshotArguments& arguments);

} // namespace ghostmem::commands
