// Dumps with slow readers, interrupted dumps, abandoned dumps, and too many dumps. Each function
// returns gmnl's exit code.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "gmnl/peer.h"

namespace gmnl {

int slow_dump(const Peer& peer, std::chrono::milliseconds pause);

// Resets the tracker in the middle of a dump, then runs @meanwhile, a shell command that makes new
// sites: more than the dump had listed until then.
int interrupted_dump(const Peer& peer, const std::string& meanwhile);

int abandon_dump(const Peer& peer, size_t times);

int many_dumps(const Peer& peer, size_t count);

} // namespace gmnl
