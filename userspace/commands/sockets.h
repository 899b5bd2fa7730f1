// leakctl sockets: who queued what, and what that pins.
#pragma once

#include "commands/context.h"
#include "lib/sockets/report.h"

namespace ghostmem::commands {

/// Answers without the module as well, with less.
int sockets(Context& context, const SocketQuery& query);

} // namespace ghostmem::commands
