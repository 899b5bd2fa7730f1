// Who may ask for what. Each returns gmnl's exit code.
#pragma once

#include <cstddef>
#include <string>

#include "gmnl/peer.h"

namespace gmnl {

// Asks for each operation and prints "NAME=ERROR" of all on one line, 0 where it was served.
int permissions(const Peer& peer);

// A dump is judged by who begins it: it goes on when the reader has lost all capabilities.
int permissions_dropped(const Peer& peer);

// Begins @count dumps of sites, sockets or zones, prints how many were let in, and holds them
// until it is killed.
int hold_dumps(const Peer& peer, const std::string& what, size_t count);

} // namespace gmnl
