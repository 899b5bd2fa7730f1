// Sends thousands of valid requests with a few bits flipped.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gmnl/peer.h"
#include "gmnl/tap.h"

namespace gmnl {

void fuzz(Tap& tap, const Peer& peer, size_t count, uint64_t seed);

} // namespace gmnl
