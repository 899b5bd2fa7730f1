// What is to be said of the sockets that pin most, in sentences.
#pragma once

#include <string>

#include "lib/sockets/group.h"

namespace ghostmem {

struct SocketFinding {
    SocketSituation situation = SocketSituation::unread;
    std::optional<SocketOwner> who; ///< who has to act; nullopt: nobody known
    std::string process_state;      ///< empty: not known
    bool cannot_act = false;        ///< it is stopped, traced or stuck
    uint64_t sockets = 0;
    uint64_t pinned_bytes = 0; ///< at the most
    uint64_t frees_bytes = 0;  ///< at least
    std::optional<uint64_t> idle_ms;
    Socket worst; ///< of those sockets
    /// What is the case, and what helps: without their full stops. No remedy: it is empty.
    std::string sentence;
    std::string remedy;

    /// Both, as one.
    [[nodiscard]] std::string text() const;
};

SocketFinding tell(const SocketGroup& group);

} // namespace ghostmem
