// leakctl reset: discard all records and restart recording.
#pragma once

#include "commands/command.h"

namespace ghostmem::commands {

int reset(const Context& context);

} // namespace ghostmem::commands
