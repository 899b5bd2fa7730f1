// Dumps that were started, but are not read to their end.
#pragma once

#include <cstddef>
#include <optional>

#include "gmnl/peer.h"
#include "gmnl/socket.h"
#include "gmnl/tap.h"
#include "gmnl/verdict.h"

namespace gmnl {

// The module's limit of concurrent dumps per user.
constexpr size_t dumps_max = 8;

// A dump whose first datagram was read: its socket, or the refusal.
struct Paused {
    std::optional<Socket> socket;
    Verdict refusal;
};

Paused pause_dump(const Peer& peer);

// Retries while dumps that were just closed still count as open.
Paused pause_dump_patiently(const Peer& peer, size_t& retries);

// Checks that as many dumps as the module allows can be opened, regardless of earlier ones.
void check_none_leaked(Tap& tap, const Peer& peer);

} // namespace gmnl
