// Sends malformed requests, and checks that each is refused and has no effect.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gmnl/peer.h"

namespace gmnl {

// Sends @fuzz_count random requests after the malformed ones. Returns gmnl's exit code.
int malformed(const Peer& peer, size_t fuzz_count, uint64_t seed);

} // namespace gmnl
