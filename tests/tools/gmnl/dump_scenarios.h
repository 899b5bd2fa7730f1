// Readers of dumps who are slow, outrun, gone or too many. Each returns gmnl's exit code.
#pragma once

#include <chrono>
#include <cstddef>

#include "gmnl/peer.h"

namespace gmnl {

int slow_dump(const Peer& peer, std::chrono::milliseconds pause);

int interrupted_dump(const Peer& peer, std::chrono::milliseconds pause);

int abandon_dump(const Peer& peer, size_t times);

int many_dumps(const Peer& peer, size_t count);

} // namespace gmnl
