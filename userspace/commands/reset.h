// leakctl reset: forget all records, start again from now.
#pragma once

#include "commands/command.h"

namespace ghostmem::commands {

int reset(const Context& context);

} // namespace ghostmem::commands
