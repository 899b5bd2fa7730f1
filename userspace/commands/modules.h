// leakctl modules: what modules hold, and what they have left.
#pragma once

#include "commands/command.h"

namespace ghostmem::commands {

struct ModulesArguments {
    bool stacks = false;
    std::optional<size_t> top;
};

int modules(const Context& context, const ModulesArguments& arguments);

} // namespace ghostmem::commands
