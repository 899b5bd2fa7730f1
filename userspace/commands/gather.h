// Gathering a snapshot for the commands that write, judge or keep one.
#pragma once

#include <chrono>

#include "commands/command.h"
#include "lib/snapshot/gather.h"

namespace ghostmem::commands {

/// Seconds since 1970.
uint64_t present_time();

/// Adds --interval, for which tasks are watched.
void add_watch_interval(CLI::App& app, Shared& shared, std::chrono::milliseconds& interval);

Snapshot gather_snapshot(const Context& context, const SnapshotOptions& options);

} // namespace ghostmem::commands
