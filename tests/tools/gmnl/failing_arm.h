// Arming, with one allocation after the other made to fail.
#pragma once

#include "gmnl/peer.h"

namespace gmnl {

// On a kernel with fault injection (/proc/self/fail-nth): each arming that fails has to be refused
// and leave tracking off; those after it are as good as the first. Tracking is off before and
// after.
int failing_arm(const Peer& peer);

} // namespace gmnl
