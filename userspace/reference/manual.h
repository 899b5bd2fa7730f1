// The parts of leakctl(8) that are generated from the command descriptors.
#pragma once

#include <ostream>

#include "command_line.h"

namespace ghostmem::reference {

/// Prints the synopsis: each command with its options.
void synopsis(std::ostream& out, const CommandLine& line);
/// Prints the description of each command.
void commands(std::ostream& out, const CommandLine& line);

} // namespace ghostmem::reference
