// `leakctl diff`.
#pragma once

#include <optional>
#include <string>

#include "commands/context.h"

namespace ghostmem::commands {

struct DiffArguments {
    std::string before; ///< files
    std::string after;
    std::optional<size_t> top; ///< rows of each table; nullopt: the default, and in JSON all
};

int diff(const Context& context, const DiffArguments& arguments);

} // namespace ghostmem::commands
