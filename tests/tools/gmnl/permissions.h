// Tests who may request what. Each function returns gmnl's exit code.
#pragma once

#include <cstddef>
#include <string>

#include "gmnl/peer.h"

namespace gmnl {

// Requests each operation, and prints "NAME=ERROR" for all of them on one line; 0: it was served.
int permissions(const Peer& peer);

// Checks that a dump's permission is decided at its start: it continues after the reader has
// dropped all capabilities.
int permissions_dropped(const Peer& peer);

// Starts @count dumps of sites, sockets or zones, prints how many were accepted, and holds them
// open until it is killed.
int hold_dumps(const Peer& peer, const std::string& what, size_t count);

} // namespace gmnl
