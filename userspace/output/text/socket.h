// One socket in full, as text.
#pragma once

#include <ostream>

#include "lib/sockets/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void socket_in_full(std::ostream& out, const Style& style, const Socket& socket,
                    const SocketsReport& report);

} // namespace ghostmem::output::text
