// `leakctl sockets` as text: two lines per socket, in 80 columns where they suffice.
#pragma once

#include <ostream>

#include "lib/sockets/report.h"
#include "output/text/style.h"

namespace ghostmem::output::text {

void sockets(std::ostream& out, const Style& style, const SocketsReport& report);

} // namespace ghostmem::output::text
