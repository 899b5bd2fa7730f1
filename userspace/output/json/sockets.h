// Sockets as JSON, as specified in docs/json.md.
#pragma once

#include <ostream>

#include "lib/sockets/report.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

Json census_json(const Census& census, uint32_t page_size);
/// One socket on its own, without what /proc tells about its process and its holder.
Json socket_json(const Socket& socket, uint32_t page_size);
/// The worst_socket object of `status`.
Json finding_json(const SocketFinding& finding, uint32_t page_size);

/// Prints the document of `leakctl sockets`. Sockets are serialized one at a time, because there
/// may be 100,000 of them.
void sockets(std::ostream& out, const SocketsReport& report);

} // namespace ghostmem::output::json
