// leakctl sockets: who queued what, and what that pins.
#pragma once

#include "commands/command.h"
#include "lib/sockets/report.h"

namespace ghostmem::commands {

/// Answers without the module as well, with less.
int sockets(const Context& context, const SocketQuery& query);

} // namespace ghostmem::commands
