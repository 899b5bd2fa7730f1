// The generated part of leakctl's bash completion.
#pragma once

#include <ostream>

#include "command_line.h"

namespace ghostmem::reference {

/// Prints two shell variables and two shell functions; the code in
/// packaging/bash-completion/leakctl that uses them is written by hand.
void completion(std::ostream& out, const CommandLine& line);

} // namespace ghostmem::reference
