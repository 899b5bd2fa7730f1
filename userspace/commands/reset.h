// leakctl reset: forget all records, start again from now.
#pragma once

#include "commands/context.h"

namespace ghostmem::commands {

int reset(Context& context);

} // namespace ghostmem::commands
