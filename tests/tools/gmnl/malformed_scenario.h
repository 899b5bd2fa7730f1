// Malformed requests, one after the other: refused, and without effect.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gmnl/peer.h"

namespace gmnl {

// With @fuzz_count other than 0, that many random ones follow. Returns gmnl's exit code.
int malformed(const Peer& peer, size_t fuzz_count, uint64_t seed);

} // namespace gmnl
