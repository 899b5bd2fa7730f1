// leakctl sites: who holds memory.
#pragma once

#include <chrono>

#include "commands/context.h"
#include "lib/attribution/site_query.h"

namespace ghostmem::commands {

struct SitesArguments {
    ListOptions list;
    bool stacks = false;
    std::chrono::milliseconds interval{1000}; ///< between two dumps, to sort by rate
};

int sites(Context& context, const SitesArguments& arguments);

} // namespace ghostmem::commands
