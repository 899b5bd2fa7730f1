// What the completion of bash knows of leakctl.
#pragma once

#include <ostream>

#include "command_line.h"

namespace ghostmem::reference {

/// Two variables and two functions; packaging/bash-completion/leakctl has the rest.
void completion(std::ostream& out, const CommandLine& line);

} // namespace ghostmem::reference
