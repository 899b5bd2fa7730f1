// leakctl sockets: what is queued in which socket, and the memory that it pins.
#pragma once

#include "commands/command.h"
#include "lib/sockets/report.h"

namespace ghostmem::commands {

/// Lists sockets. Works without the module, too, but with fewer details.
int sockets(const Context& context, const SocketQuery& query);

} // namespace ghostmem::commands
