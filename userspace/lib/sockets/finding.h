// The finding about the sockets that pin most, in sentences.
#pragma once

#include <string>

#include "lib/sockets/group.h"

namespace ghostmem {

struct SocketFinding {
    SocketSituation situation = SocketSituation::unread;
    std::optional<SocketOwner> who; ///< who has to act; nullopt: not known
    std::string process_state;      ///< empty: not known
    bool cannot_act = false;        ///< the process is stopped, traced or stuck
    uint64_t sockets = 0;
    uint64_t pinned_bytes = 0; ///< upper bound
    uint64_t frees_bytes = 0;  ///< lower bound
    std::optional<uint64_t> idle_ms;
    Socket worst; ///< the one of those sockets that pins most
    /// The situation and what helps, without their full stops. The remedy is empty if there is
    /// none.
    std::string sentence;
    std::string remedy;

    /// Both as one text.
    [[nodiscard]] std::string text() const;
};

SocketFinding tell(const SocketGroup& group);

} // namespace ghostmem
