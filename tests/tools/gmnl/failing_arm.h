// Arms repeatedly, with a different allocation made to fail each time.
#pragma once

#include "gmnl/peer.h"

namespace gmnl {

// Needs a kernel with fault injection (/proc/self/fail-nth). Each arming that fails has to be
// refused and must leave tracking off, and must not affect later attempts. Tracking is off before
// and after.
int failing_arm(const Peer& peer);

} // namespace gmnl
