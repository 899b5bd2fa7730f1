// Sockets that have one cause: who has to do something, so that they give back their memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/host/process.h"
#include "lib/host/socket_holders.h"
#include "lib/model/census.h"

namespace ghostmem {

/// Why a socket holds what it holds.
enum class SocketSituation {
    unread,       ///< its process does not read
    out_of_order, ///< what arrived waits for what has not
    errors,       ///< its process does not read its error queue
    unsent,       ///< its peer does not take
    ring,         ///< its process asked for a packet ring
    unaccepted,   ///< the process that listens does not accept it
    in_flight,    ///< sent to a process that does not receive it
    orphan,       ///< its process has gone, its peer has not answered yet
    kernel,       ///< the kernel's own
    unowned,      ///< open in no process that can be seen
};

/// Of one socket, by its flags, then by the queue that pins most.
SocketSituation situation_of(const Socket& socket);

struct SocketGroup {
    SocketSituation situation = SocketSituation::unread; ///< of most that is pinned
    std::optional<SocketOwner> who;                      ///< who has to act; nullopt: nobody known
    Process process;                                     ///< likewise
    std::vector<const Socket*> sockets;                  ///< the one that pins most first
    size_t unaccepted = 0;                               ///< of those
    bool shared_with_others = false; ///< another process has one of them open as well
    bool cut = false;                ///< there may be more than were told of
    uint64_t pins_bytes = 0;         ///< at the most
    uint64_t frees_bytes = 0;        ///< at least, when all of them are closed
    std::optional<uint64_t> read_ms; ///< the longest time that one was not read
    std::optional<uint64_t> oldest_ms;
};

/// The group that pins most; nullopt: none pins anything. Pages that several sockets share are
/// told apart from their sums as far as the figures of a census go.
std::optional<SocketGroup> worst_group(const SocketDump& dump, uint32_t page_size,
                                       const SocketHolders& holders, Processes& processes);

} // namespace ghostmem
