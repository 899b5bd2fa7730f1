// leakctl sites: who holds memory.
#pragma once

#include <chrono>

#include "commands/command.h"
#include "commands/options.h"
#include "lib/findings/report.h"

namespace ghostmem::commands {

struct SitesArguments {
    ListOptions list;
    Layout layout;
    std::chrono::milliseconds interval{1000}; ///< between the two dumps that sorting by rate needs
};

SitesReport sites(const Context& context, const SitesArguments& arguments);

} // namespace ghostmem::commands
