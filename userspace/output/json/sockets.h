// The parts of docs/json.md that are about sockets.
#pragma once

#include <ostream>

#include "lib/sockets/report.h"
#include "output/json/values.h"

namespace ghostmem::output::json {

Json census_json(const Census& census, uint32_t page_size);
/// Of one socket, by itself: without what /proc tells of its process and of its holder.
Json socket_json(const Socket& socket, uint32_t page_size);
/// What `status` has as worst_socket.
Json finding_json(const SocketFinding& finding, uint32_t page_size);

/// The document of `leakctl sockets`, one socket at a time: there may be 100,000 of them.
void sockets(std::ostream& out, const SocketsReport& report);

} // namespace ghostmem::output::json
