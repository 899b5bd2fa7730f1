// The generated parts of docs/verdicts.md.
#pragma once

#include <ostream>

#include "command_line.h"

namespace ghostmem::reference {

/// A section for each rule.
void rules(std::ostream& out, const CommandLine& line);
/// A table of the thresholds and their defaults.
void thresholds(std::ostream& out, const CommandLine& line);

} // namespace ghostmem::reference
