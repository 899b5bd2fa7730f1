// Groups of sockets with one cause: who has to act so that they give back their memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/host/process.h"
#include "lib/host/socket_holders.h"
#include "lib/model/census.h"

namespace ghostmem {

/// Why a socket holds memory.
enum class SocketSituation {
    unread,       ///< its process does not read
    out_of_order, ///< data that arrived waits for data that has not
    errors,       ///< its process does not read its error queue
    unsent,       ///< its peer does not take the data
    ring,         ///< its process asked for a packet ring
    unaccepted,   ///< the process that listens does not accept it
    in_flight,    ///< sent to a process that does not receive it
    orphan,       ///< its process has closed it, its peer has not answered yet
    kernel,       ///< the kernel's own
    unowned,      ///< no visible process has it open
};

/// Determines the situation of one socket by its flags, then by the queue that pins most.
SocketSituation situation_of(const Socket& socket);

struct SocketGroup {
    SocketSituation situation = SocketSituation::unread; ///< that of most pinned pages
    std::optional<SocketOwner> who;                      ///< who has to act; nullopt: not known
    Process process;                                     ///< likewise
    std::vector<const Socket*> sockets;                  ///< the one that pins most first
    size_t unaccepted = 0;                               ///< how many of them are unaccepted
    bool shared_with_others = false; ///< another process has one of them open as well
    bool cut = false;                ///< there may be more than were reported
    uint64_t pins_bytes = 0;         ///< upper bound
    uint64_t frees_bytes = 0;        ///< lower bound, if all of them are closed
    std::optional<uint64_t> read_ms; ///< the longest time that one was not read
    std::optional<uint64_t> oldest_ms;
};

/// Returns the group that pins most; nullopt: none pins anything. Pages that several sockets share
/// are counted once as far as the figures of the census allow.
std::optional<SocketGroup> worst_group(const SocketDump& dump, uint32_t page_size,
                                       const SocketHolders& holders, Processes& processes);

} // namespace ghostmem
