// From bytes of sock_diag(7) messages to sockets. Knows no netlink library, so that recorded
// bytes can be replayed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lib/model/socket.h"

namespace ghostmem {

/// A kind of socket that the kernel is asked for in one dump.
struct DiagKind {
    const char* word;        ///< for people
    uint32_t family;         ///< AF_*
    uint32_t protocol;       ///< of AF_INET and AF_INET6; else 0
    const char* kernel_name; ///< in /proc/net/protocols
    [[nodiscard]] bool inet() const;
};

/// Every kind that sock_diag has and that holds memory.
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
    std::optional<uint32_t> sequence = {}; ///< messages of another one are left out
};

/// Takes a buffer of whole nlmsgs and adds to reply. Sockets in TIME-WAIT hold nothing and are
/// left out, as are attributes that are not known. Throws Error(protocol) for what is cut short
/// or of the wrong size. Never reads past bytes.
void decode_diag(std::span<const std::byte> bytes, DiagReply& reply, const DiagOptions& options);

} // namespace ghostmem
