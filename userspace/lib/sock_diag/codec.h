// Decodes bytes of sock_diag(7) messages to sockets. It does not use a netlink library, so that
// recorded bytes can be replayed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lib/model/socket.h"

namespace ghostmem {

/// A kind of socket that is requested from the kernel in one dump.
struct DiagKind {
    const char* word;        ///< for people
    uint32_t family;         ///< AF_*
    uint32_t protocol;       ///< for AF_INET and AF_INET6; else 0
    const char* kernel_name; ///< in /proc/net/protocols
    [[nodiscard]] bool inet() const;
};

/// Every kind that sock_diag reports and that holds memory.
std::span<const DiagKind> diag_kinds();

/// What has arrived so far of the answer to one request.
struct DiagReply {
    std::vector<Socket> sockets;
    bool finished = false;
    bool interrupted = false; ///< NLM_F_DUMP_INTR
    int error = 0;            ///< a positive errno
};

struct DiagOptions {
    const DiagKind& kind;
    uint32_t netns = 0;
    uint32_t page_size = 4096;
    std::optional<uint32_t> sequence = {}; ///< messages with another one are ignored
};

/// Takes a buffer of complete nlmsgs and adds to reply. Sockets in TIME-WAIT and requests for a
/// connection hold nothing and are left out; unknown attributes are ignored. Throws Error(protocol)
/// for a message that is cut short or of the wrong size. Never reads past bytes.
void decode_diag(std::span<const std::byte> bytes, DiagReply& reply, const DiagOptions& options);

} // namespace ghostmem
