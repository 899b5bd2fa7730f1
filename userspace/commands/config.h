// leakctl config: show or change how the tracker works.
#pragma once

#include "commands/command.h"
#include "lib/model/settings.h"

namespace ghostmem::commands {

/// Applies the change, if there is one, and shows the resulting settings.
int config(const Context& context, const ConfigChange& change);

} // namespace ghostmem::commands
