// Dumps that were begun, and that nobody goes on reading.
#pragma once

#include <cstddef>
#include <optional>

#include "gmnl/peer.h"
#include "gmnl/socket.h"
#include "gmnl/tap.h"
#include "gmnl/verdict.h"

namespace gmnl {

// Of the module: concurrent dumps of one user.
constexpr size_t dumps_max = 8;

// Opens a dump and reads its first datagram. The socket, or the refusal.
struct Paused {
    std::optional<Socket> socket;
    Verdict refusal;
};

Paused pause_dump(const Peer& peer);

// Where others have just been closed.
Paused pause_dump_patiently(const Peer& peer, size_t& retries);

// However many came before, all that the module allows can be opened.
void check_none_leaked(Tap& tap, const Peer& peer);

} // namespace gmnl
