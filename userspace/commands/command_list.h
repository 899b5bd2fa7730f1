// All commands, in the order of `leakctl --help`.
#pragma once

#include <vector>

#include "commands/command.h"

namespace ghostmem::commands {

const std::vector<const Command*>& all_commands();

} // namespace ghostmem::commands
