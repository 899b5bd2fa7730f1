// leakctl holders: who refers to ghost memory.
#pragma once

#include "commands/command.h"
#include "lib/findings/holder_search.h"
#include "output/progress.h"

namespace ghostmem::commands {

struct HoldersArguments {
    uint64_t min_bytes = 0;
    bool shrink = true;
};

/// Runs a search. An interrupted sleep stops it, which is not an error if it has found anything.
HoldersReport holders(const Context& context, const HoldersArguments& arguments,
                      output::SearchProgress& progress);

} // namespace ghostmem::commands
