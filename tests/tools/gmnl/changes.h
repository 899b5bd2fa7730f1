// Changes, RESET and CONFIG_SET: what others get to do while one is under way.
#pragma once

#include <cstddef>

#include "gmnl/peer.h"

namespace gmnl {

// Each kind of change is under way while other requests are answered, and status says so; they are
// carried out in order, also where whoever asked has gone. Tracking is off before and after.
int changes(const Peer& peer);

// Asks for several changes, and leaves before they are done.
int leave_changes(const Peer& peer);

// Prints the longest that one of @count requests to another family takes, in microseconds.
int longest(size_t count);

} // namespace gmnl
