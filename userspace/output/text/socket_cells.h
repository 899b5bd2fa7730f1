// Sockets in words and figures, for tables: a part of the text output.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/sockets/report.h"

namespace ghostmem::output::text {

/// "2.6 GiB"; "-": not known.
std::string bytes_cell(const std::optional<uint64_t>& bytes);
/// What it pins; ">" before what is at least that.
std::string pinned_cell(const Socket& socket, uint32_t page_size);
/// "36.4x", "2010x"; "-": not known, of no data, or nothing is pinned.
std::string amplification_cell(const Held& held, uint32_t page_size);
/// For how long nobody has read what is there; "-": not known.
std::string idle_cell(const Socket& socket);
/// "nginx[812] fd 11", "(not accepted)", "(orphan)".
std::string process_cell(const Socket& socket);
/// "nginx[812] fd 11"
std::string owner_words(const SocketOwner& owner);
/// "10.0.0.1:80 - 10.0.0.9:4711"; of netlink the protocol as well. Empty: it has no name.
std::string address_words(const Socket& socket);
/// Who has to do with a socket that nobody has open.
std::string holder_words(const Socket& socket, const SocketsReport& report);
/// What was not seen of it.
std::vector<std::string> doubt_words(const Socket& socket);
/// "4026532211 (blue)"
std::string netns_words(const Socket& socket, const SocketsReport& report);

} // namespace ghostmem::output::text
