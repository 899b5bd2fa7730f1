// What leakctl(8) has of the commands' descriptors.
#pragma once

#include <ostream>

#include "command_line.h"

namespace ghostmem::reference {

/// A line for each command, with its options.
void synopsis(std::ostream& out, const CommandLine& line);
/// An entry for each command.
void commands(std::ostream& out, const CommandLine& line);

} // namespace ghostmem::reference
