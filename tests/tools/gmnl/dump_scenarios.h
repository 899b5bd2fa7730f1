// Readers of dumps who are slow, outrun, gone or too many. Each returns gmnl's exit code.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "gmnl/peer.h"

namespace gmnl {

int slow_dump(const Peer& peer, std::chrono::milliseconds pause);

// In the middle of it the tracker is reset, and then @meanwhile is run, a command of the shell
// that makes new sites: more than the dump had shown until then.
int interrupted_dump(const Peer& peer, const std::string& meanwhile);

int abandon_dump(const Peer& peer, size_t times);

int many_dumps(const Peer& peer, size_t count);

} // namespace gmnl
