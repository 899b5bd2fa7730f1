// Tests how other requests are served while a change (RESET or CONFIG_SET) is under way.
#pragma once

#include <cstddef>

#include "gmnl/peer.h"

namespace gmnl {

// Checks that other requests are answered while each kind of change is under way, that status
// reports the change, and that changes are carried out in order, even if the requester has gone.
// Tracking is off before and after.
int changes(const Peer& peer);

// Requests several changes, and exits before they are done.
int leave_changes(const Peer& peer);

// Prints the longest time that one of @count requests to another family takes, in microseconds.
int longest(size_t count);

} // namespace gmnl
