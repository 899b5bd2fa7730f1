// Decodes bytes of netlink messages to values. It does not use a socket, so that captured bytes can
// be replayed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/model/census.h"
#include "lib/model/search.h"
#include "lib/model/site.h"
#include "lib/model/status.h"
#include "lib/model/zone.h"

namespace ghostmem {

/// The kernel refused a request.
struct Fault {
    int error = 0;       ///< a positive errno
    std::string message; ///< the extack text; may be empty
};

/// What has arrived so far of the answer to one request.
struct Reply {
    std::optional<Status> status;
    std::vector<Site> sites;
    std::optional<Census> census;
    std::vector<Socket> sockets;
    std::optional<PageCensus> pages; ///< with its zones
    std::optional<SearchState> search;
    std::optional<SearchResult> result; ///< with its rows
    bool finished = false;              ///< by an acknowledgement, the end of a dump, or a fault
    bool interrupted = false;           ///< NLM_F_DUMP_INTR: the data is of two generations
    std::optional<Fault> fault;
};

struct DecodeOptions {
    std::string_view own_version;          ///< for error messages
    std::optional<uint32_t> sequence = {}; ///< messages with another one are ignored
};

/// Takes a buffer of complete nlmsgs as recvmsg() returns them, aligned to 4 bytes, and adds to
/// reply. Operations are identified by their genl command, not by the family's number, which
/// changes with each load. Unknown attributes and messages are ignored. Throws Error: wrong_abi, or
/// protocol for a message that is cut short, lacks an attribute or has one of the wrong size or
/// range. Never reads past bytes.
void decode(std::span<const std::byte> bytes, Reply& reply, const DecodeOptions& options);

} // namespace ghostmem
