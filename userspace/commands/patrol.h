// `leakctl patrol`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "commands/context.h"
#include "lib/patrol/patrol.h"
#include "lib/snapshot/gather.h"

namespace ghostmem::commands {

struct PatrolArguments {
    PatrolOptions options;
    SnapshotOptions snapshot;
    std::filesystem::path database = "/var/lib/ghostmem/patrol.db";
    std::optional<std::filesystem::path> thresholds; ///< as Thresholds::choose() takes it
    std::string baseline; ///< "now", or a snapshot's file; empty: the one that is stored
    bool history = false; ///< show what earlier patrols have seen
    std::optional<size_t> top;
};

int patrol(const Context& context, const PatrolArguments& arguments);
int patrol_history(const Context& context, const PatrolArguments& arguments);

} // namespace ghostmem::commands
