// leakctl sites: who holds memory.
#pragma once

#include <chrono>

#include "commands/command.h"
#include "commands/options.h"
#include "lib/findings/report.h"
#include "output/progress.h"

namespace ghostmem::commands {

struct SitesArguments {
    ListOptions list;
    Layout layout;
    std::chrono::milliseconds interval{1000}; ///< between the two dumps that sorting by rate needs
};

/// Lists sites. If rates are to be measured, waits for that long, or until the clock's sleep is
/// interrupted. bar: shows how long that still takes; nullptr: nobody looks.
SitesReport sites(const Context& context, const SitesArguments& arguments,
                  output::ProgressBar* bar = nullptr);

} // namespace ghostmem::commands
