// leakctl devices: what devices hold, and what they have left.
#pragma once

#include "commands/command.h"

namespace ghostmem::commands {

struct DevicesArguments {
    bool all = false;
    bool stacks = false;
    std::optional<size_t> top;
};

int devices(const Context& context, const DevicesArguments& arguments);

} // namespace ghostmem::commands
