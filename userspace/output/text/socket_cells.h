// Table cells and phrases for sockets, for the text output.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/sockets/report.h"

namespace ghostmem::output::text {

/// "2.6 GiB"; "-" when not known.
std::string bytes_cell(const std::optional<uint64_t>& bytes);
/// What the socket pins; ">" marks a lower bound.
std::string pinned_cell(const Socket& socket, uint32_t page_size);
/// "36.4x", "2010x"; "-" when not known, when no data is queued, or when nothing is pinned.
std::string amplification_cell(const Held& held, uint32_t page_size);
/// How long the queued data has been waiting to be read; "-" when not known.
std::string idle_cell(const Socket& socket);
/// "nginx[812] fd 11", "(not accepted)", "(orphan)".
std::string process_cell(const Socket& socket);
/// "nginx[812] fd 11"
std::string owner_words(const SocketOwner& owner);
/// "10.0.0.1:80 - 10.0.0.9:4711"; netlink sockets include the protocol. Empty when the socket is
/// unnamed.
std::string address_words(const Socket& socket);
/// Names the processes related to a socket that no process has open.
std::string holder_words(const Socket& socket, const SocketsReport& report);
/// Lists what the census could not see of this socket.
std::vector<std::string> doubt_words(const Socket& socket);
/// "4026532211 (blue)"
std::string netns_words(const Socket& socket, const SocketsReport& report);

} // namespace ghostmem::output::text
